package cadj.kernels.sum;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;

/// x [outer,n,inner] → y [outer,inner]: columns side by side in lanes of doubles.
///
/// Each [n,inner] is cut into strips of columns and blocks of rows. A block is summed row by row;
/// where there are several, their sums are kept apart and added in order.
final class ColumnSums {
  /// Most columns of a strip, whose sums then stay in the nearest cache.
  private static final int STRIP = 1024;

  /// Elements of a block, and of one task, about.
  private static final int BLOCK = 1 << 15;

  private final F32 y;
  private final F32 x;
  private final int n;
  private final int inner;
  private final int strips;
  private final int blockRows;
  private final int blocks;

  ColumnSums(F32 y, F32 x, int n, int inner) {
    this.y = y;
    this.x = x;
    this.n = n;
    this.inner = inner;
    this.strips = Math.ceilDiv(inner, STRIP);
    this.blockRows = Math.max(1, BLOCK / Math.clamp(inner, 1, STRIP));
    this.blocks = Math.ceilDiv(n, blockRows);
  }

  void sum(Cpu cpu, int outer) {
    if (blocks > 1) {
      sumBlocks(cpu, outer);
      return;
    }
    cpu.parallelRange(
        outer * strips,
        BLOCK / Math.max(1, n * Math.min(inner, STRIP)),
        (from, to) -> {
          double[] sums = new double[Math.min(inner, STRIP)];
          for (int task = from; task < to; task++) {
            int o = task / strips;
            int left = task % strips * STRIP;
            int width = Math.min(STRIP, inner - left);
            Arrays.fill(sums, 0);
            addRows(sums, 0, o * n, n, left, width);
            for (int i = 0; i < width; i++) {
              y.array()[y.offset() + o * inner + left + i] = (float) sums[i];
            }
          }
        });
  }

  private void sumBlocks(Cpu cpu, int outer) {
    double[] partial = new double[outer * blocks * inner];
    cpu.parallel(
        outer * blocks * strips,
        task -> {
          int left = task % strips * STRIP;
          int block = task / strips;
          int from = block % blocks * blockRows;
          addRows(
              partial,
              block * inner + left,
              block / blocks * n + from,
              Math.min(blockRows, n - from),
              left,
              Math.min(STRIP, inner - left));
        });
    cpu.parallelRange(
        outer * inner,
        BLOCK / blocks,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            double sum = 0;
            for (int b = 0; b < blocks; b++) {
              sum += partial[(i / inner * blocks + b) * inner + i % inner];
            }
            y.array()[y.offset() + i] = (float) sum;
          }
        });
  }

  /// sums[at+i] += Σ x[row, left+i] over `rows` rows from `first` on, i < width.
  private void addRows(double[] sums, int at, int first, int rows, int left, int width) {
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      int row = x.offset() + (first + r) * inner + left;
      DoubleLoops.addFour(sums, at, x.array(), row, inner, width);
    }
    for (; r < rows; r++) {
      int row = x.offset() + (first + r) * inner + left;
      for (int i = 0; i < width; i++) {
        sums[at + i] += x.array()[row + i];
      }
    }
  }
}
