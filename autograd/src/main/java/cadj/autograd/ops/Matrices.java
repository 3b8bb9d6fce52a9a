package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.device.Buffer;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.Arrays;

/// An operand [..,rows,cols] of a batched product as [cadj.kernels.gemm.GemmKernel] reads it: its
/// rows, or if `transposed` its columns, are runs of memory `pitch` apart, and its matrices are
/// `step` apart (0: one matrix for all).
record Matrices(Buffer buffer, boolean transposed, int pitch, int step) {
  /// `x` with its leading dimensions broadcast to `batch`; copied only if no such reading exists.
  static Matrices of(Tensor x, Shape batch) {
    Shape wanted = matrices(batch, x.dim(-2), x.dim(-1));
    Tensor plain = isMatrix(x.layout()) ? x : x.contiguous();
    Layout all = plain.layout().expand(wanted);
    int step = step(all, batch.rank());
    if (step < 0) {
      plain = plain.expand(wanted).contiguous();
      all = plain.layout();
      step = step(all, batch.rank());
    }
    require(step >= 0, "matmul: no uniform step in %s", all);
    return new Matrices(plain.stored(), !isRowMajor(all), pitch(all), step);
  }

  /// `batch` followed by `rows` and `cols`.
  static Shape matrices(Shape batch, int rows, int cols) {
    int[] dims = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = cols;
    return Shape.of(dims);
  }

  private static boolean isMatrix(Layout layout) {
    return isRowMajor(layout) || isColumnMajor(layout);
  }

  private static boolean isRowMajor(Layout layout) {
    int rows = layout.shape().dim(-2);
    int cols = layout.shape().dim(-1);
    return (cols <= 1 || layout.stride(-1) == 1) && (rows <= 1 || layout.stride(-2) >= cols);
  }

  private static boolean isColumnMajor(Layout layout) {
    int rows = layout.shape().dim(-2);
    int cols = layout.shape().dim(-1);
    return (rows <= 1 || layout.stride(-2) == 1) && (cols <= 1 || layout.stride(-1) >= rows);
  }

  private static int pitch(Layout layout) {
    int rows = layout.shape().dim(-2);
    int cols = layout.shape().dim(-1);
    if (isRowMajor(layout)) {
      // Strides of an empty matrix mean nothing, nor does that of a single row.
      return rows <= 1 || cols == 0 ? cols : layout.stride(-2);
    }
    return cols <= 1 ? rows : layout.stride(-1);
  }

  /// The distance between consecutive matrices, or -1 if they are not evenly spaced.
  private static int step(Layout layout, int batchRank) {
    int step = 0;
    int count = 1;
    for (int d = batchRank - 1; d >= 0; d--) {
      int size = layout.shape().dim(d);
      if (size == 1) {
        continue;
      }
      if (count == 1) {
        step = layout.stride(d);
      } else if (layout.stride(d) != step * count) {
        return -1;
      }
      count *= size;
    }
    return step;
  }
}
