package cadj.kernels.sum;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Doubles;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// x [outer,n,inner] → y [outer,inner]: columns side by side in lanes of doubles.
///
/// Each [n,inner] is cut into strips of columns and blocks of rows. A block is summed row by row;
/// where there are several, their sums are kept apart and added in order.
final class ColumnSums {
  private static final VectorSpecies<Double> DOUBLES = Doubles.SPECIES;
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

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
      addFour(sums, at, x.array(), row, inner, width);
    }
    for (; r < rows; r++) {
      int row = x.offset() + (first + r) * inner + left;
      for (int i = 0; i < width; i++) {
        sums[at + i] += x.array()[row + i];
      }
    }
  }

  /// Four rows, `pitch` apart, in one pass over the sums.
  private static void addFour(double[] sums, int at, float[] x, int row, int pitch, int width) {
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector a = FloatVector.fromArray(S, x, row + i);
      FloatVector b = FloatVector.fromArray(S, x, row + pitch + i);
      FloatVector c = FloatVector.fromArray(S, x, row + 2 * pitch + i);
      FloatVector d = FloatVector.fromArray(S, x, row + 3 * pitch + i);
      DoubleVector.fromArray(DOUBLES, sums, at + i)
          .add(Doubles.lower(a))
          .add(Doubles.lower(b))
          .add(Doubles.lower(c))
          .add(Doubles.lower(d))
          .intoArray(sums, at + i);
      int half = at + i + DOUBLES.length();
      DoubleVector.fromArray(DOUBLES, sums, half)
          .add(Doubles.upper(a))
          .add(Doubles.upper(b))
          .add(Doubles.upper(c))
          .add(Doubles.upper(d))
          .intoArray(sums, half);
    }
    for (; i < width; i++) {
      sums[at + i] =
          sums[at + i]
              + x[row + i]
              + x[row + pitch + i]
              + x[row + 2 * pitch + i]
              + x[row + 3 * pitch + i];
    }
  }
}
