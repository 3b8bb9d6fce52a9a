package cadj.kernels.sum;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Doubles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// x [rows,n] → y [rows]: each row in blocks, a block in lanes of doubles, blocks added in order.
final class RowSums {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  /// Elements of a block, and of one task, about.
  private static final int BLOCK = 1 << 15;

  private RowSums() {}

  static void sum(Cpu cpu, F32 y, F32 x, int rows, int n) {
    if (n > BLOCK) {
      sumLongRows(cpu, y, x, rows, n);
      return;
    }
    cpu.parallelRange(
        rows,
        BLOCK / Math.max(1, n),
        (from, to) -> {
          for (int r = from; r < to; r++) {
            y.array()[y.offset() + r] = (float) sumRun(x.array(), x.offset() + r * n, n);
          }
        });
  }

  private static void sumLongRows(Cpu cpu, F32 y, F32 x, int rows, int n) {
    int blocks = Math.ceilDiv(n, BLOCK);
    double[] partial = new double[rows * blocks];
    cpu.parallel(
        partial.length,
        task -> {
          int from = task % blocks * BLOCK;
          int at = x.offset() + task / blocks * n + from;
          partial[task] = sumRun(x.array(), at, Math.min(BLOCK, n - from));
        });
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int b = 0; b < blocks; b++) {
        sum += partial[r * blocks + b];
      }
      y.array()[y.offset() + r] = (float) sum;
    }
  }

  /// Four chains of vectors, so that additions need not wait for each other.
  private static double sumRun(float[] x, int at, int n) {
    double sum = 0;
    int i = 0;
    if (n >= 2 * LANES) {
      DoubleVector a = DoubleVector.zero(Doubles.SPECIES);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (; i <= n - 2 * LANES; i += 2 * LANES) {
        FloatVector v = FloatVector.fromArray(S, x, at + i);
        FloatVector next = FloatVector.fromArray(S, x, at + i + LANES);
        a = Doubles.lower(v).add(Carried.of(a));
        b = Doubles.upper(v).add(Carried.of(b));
        c = Doubles.lower(next).add(Carried.of(c));
        d = Doubles.upper(next).add(Carried.of(d));
      }
      // Not reduceLanes, which leaves the order of additions open.
      DoubleVector left = Carried.of(a).add(Carried.of(b));
      DoubleVector right = Carried.of(c).add(Carried.of(d));
      for (double lane : left.add(right).toArray()) {
        sum += lane;
      }
    }
    for (; i < n; i++) {
      sum += x[at + i];
    }
    return sum;
  }
}
