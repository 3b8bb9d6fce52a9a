package cadj.kernels.copy;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.transpose.Transpose;

/// Copies where the output is contiguous along the innermost loop, its columns here, and the input
/// (more nearly) along another, its rows: a transpose.
///
/// Goes tile by tile, so that a cache line is still there when its next element is wanted. Whole
/// tiles of rows that lie side by side are transposed in vectors, see [Transpose].
final class CopyTiles {
  private static final int TILE = Transpose.TILE;

  /// Elements of one task, about.
  private static final int GRAIN = 1 << 15;

  private final F32 out;
  private final F32 in;
  private final LoopNest planes;
  private final int rows;
  private final int columns;
  private final int outRow;
  private final int inRow;
  private final int inColumn;

  CopyTiles(LoopNest nest, F32 out, F32 in) {
    this.out = out;
    this.in = in;
    int d = rowLoop(nest);
    this.planes = nest.without(d);
    this.rows = nest.size(d);
    this.columns = nest.innerSize();
    this.outRow = nest.stride(0, d);
    this.inRow = nest.stride(1, d);
    this.inColumn = nest.innerStride(1);
  }

  /// Whether some loop but the innermost walks the input in smaller steps than that does.
  static boolean suit(LoopNest nest) {
    return nest.rank() > 1
        && nest.innerStride(0) == 1
        && nest.stride(1, rowLoop(nest)) < nest.innerStride(1);
  }

  /// The outer loop that moves the input least.
  static int rowLoop(LoopNest nest) {
    int least = 0;
    for (int d = 1; d < nest.rank() - 1; d++) {
      if (nest.stride(1, d) < nest.stride(1, least)) {
        least = d;
      }
    }
    return least;
  }

  void copy(Cpu cpu) {
    int bands = Math.ceilDiv(rows, TILE);
    cpu.parallelRange(
        planes.outerCount() * planes.innerSize() * bands,
        GRAIN / (Math.min(rows, TILE) * columns),
        (from, to) -> {
          for (int task = from; task < to; task++) {
            copyBand(task / bands, task % bands * TILE);
          }
        });
  }

  /// The tiles of rows `top` and following in one plane.
  private void copyBand(int plane, int top) {
    int height = Math.min(TILE, rows - top);
    int run = plane / planes.innerSize();
    int step = plane % planes.innerSize();
    int o = out.offset() + planes.start(0, run) + step * planes.innerStride(0) + top * outRow;
    int i = in.offset() + planes.start(1, run) + step * planes.innerStride(1) + top * inRow;
    if (inRow == 1) {
      Transpose.run(in.array(), i, inColumn, columns, height, out.array(), o, outRow);
      return;
    }
    for (int left = 0; left < columns; left += TILE) {
      copyTile(o + left, i + left * inColumn, height, Math.min(TILE, columns - left));
    }
  }

  private void copyTile(int o, int i, int height, int width) {
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        out.array()[o + r * outRow + c] = in.array()[i + r * inRow + c * inColumn];
      }
    }
  }
}
