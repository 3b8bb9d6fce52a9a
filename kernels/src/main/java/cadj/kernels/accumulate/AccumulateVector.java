package cadj.kernels.accumulate;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// Blocks of elements in parallel, whose totals are then added in order: the same bits for any
/// number of threads.
final class AccumulateVector implements AccumulateKernel {
  private static final int BLOCK = 1 << 15;

  private final Cpu cpu;

  AccumulateVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void accumulate(Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer totals) {
    int n = sum.length();
    F32 s = F32.of(sum);
    F32 c = F32.of(carry.slice(0, n));
    F32 g = F32.of(gradient.slice(0, n));
    F32 w = F32.of(weight.slice(0, n));
    F32 out = F32.of(totals.slice(0, 2));
    int blocks = Math.ceilDiv(n, BLOCK);
    double[] positive = new double[blocks];
    double[] negative = new double[blocks];
    cpu.parallelRange(
        n,
        BLOCK,
        (from, to) ->
            AccumulateLoops.block(s, c, g, w, from, to, positive, negative, from / BLOCK));
    out.set(0, AccumulateLoops.inOrder(positive));
    out.set(1, AccumulateLoops.inOrder(negative));
  }
}
