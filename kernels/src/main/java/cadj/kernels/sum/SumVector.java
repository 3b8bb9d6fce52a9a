package cadj.kernels.sum;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// Blocks of rows summed apart in double, then folded in order: the blocks depend on the shape
/// alone.
final class SumVector implements SumKernel {
  private static final int BLOCK = 1 << 14;

  private final Cpu cpu;

  SumVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void sum(Buffer out, Buffer in, int outer, int n, int inner) {
    F32 y = F32.of(out);
    F32 x = F32.of(in);
    int rows = Math.max(1, BLOCK / Math.max(1, inner)); // of one block
    int blocks = Math.max(1, Math.ceilDiv(n, rows));
    double[][] partial = new double[outer * blocks][];
    cpu.parallel(
        outer * blocks,
        task -> {
          int from = task % blocks * rows;
          int to = Math.min(n, from + rows);
          int at = x.offset() + (task / blocks * n + from) * inner;
          partial[task] =
              inner == 1
                  ? new double[] {sumRun(x.array(), at, to - from)}
                  : sumRows(x.array(), at, to - from, inner);
        });
    for (int o = 0; o < outer; o++) {
      double[] total = partial[o * blocks];
      for (int b = 1; b < blocks; b++) {
        addTo(total, partial[o * blocks + b]);
      }
      for (int i = 0; i < inner; i++) {
        y.array()[y.offset() + o * inner + i] = (float) total[i];
      }
    }
  }

  /// Four chains, so that additions need not wait for each other.
  private static double sumRun(float[] x, int at, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      a += x[at + i];
      b += x[at + i + 1];
      c += x[at + i + 2];
      d += x[at + i + 3];
    }
    for (; i < n; i++) {
      a += x[at + i];
    }
    return (a + b) + (c + d);
  }

  private static double[] sumRows(float[] x, int at, int rows, int inner) {
    double[] sums = new double[inner];
    for (int r = 0; r < rows; r++) {
      int row = at + r * inner;
      for (int i = 0; i < inner; i++) {
        sums[i] += x[row + i];
      }
    }
    return sums;
  }

  private static void addTo(double[] total, double[] part) {
    for (int i = 0; i < total.length; i++) {
      total[i] += part[i];
    }
  }
}
