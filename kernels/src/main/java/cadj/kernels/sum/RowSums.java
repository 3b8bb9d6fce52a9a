package cadj.kernels.sum;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// x [rows,n] → y [rows]: each row in blocks, a block in lanes of doubles, blocks added in order.
final class RowSums {
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
            y.array()[y.offset() + r] = (float) DoubleLoops.sum(x.array(), x.offset() + r * n, n);
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
          partial[task] = DoubleLoops.sum(x.array(), at, Math.min(BLOCK, n - from));
        });
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int b = 0; b < blocks; b++) {
        sum += partial[r * blocks + b];
      }
      y.array()[y.offset() + r] = (float) sum;
    }
  }
}
