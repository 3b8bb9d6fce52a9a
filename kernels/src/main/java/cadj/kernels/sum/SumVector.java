package cadj.kernels.sum;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// Sums along memory by [RowSums] where inner = 1, across it by [ColumnSums] elsewhere.
final class SumVector implements SumKernel {
  private final Cpu cpu;

  SumVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void sum(Buffer out, Buffer x, int outer, int n, int inner) {
    F32 y = F32.of(out.slice(0, outer * inner));
    F32 in = F32.of(x.slice(0, outer * n * inner));
    if (inner == 1) {
      RowSums.sum(cpu, y, in, outer, n);
    } else {
      new ColumnSums(y, in, n, inner).sum(cpu, outer);
    }
  }
}
