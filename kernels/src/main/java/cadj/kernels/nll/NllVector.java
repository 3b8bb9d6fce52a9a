package cadj.kernels.nll;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.I64;
import java.util.Arrays;

/// One value a row: nothing to vectorise but the zeros of the derivative.
final class NllVector implements NllKernel {
  private final Cpu cpu;

  NllVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer loss, Buffer logp, I64 targets, int rows, int width) {
    F32 p = F32.of(logp.slice(0, rows * width));
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum -= p.array()[p.offset() + r * width + (int) targets.get(r)];
    }
    loss.set(0, sum / rows);
  }

  @Override
  public void backward(Buffer dlogp, Buffer dloss, I64 targets, int rows, int width) {
    F32 out = F32.of(dlogp.slice(0, rows * width));
    float share = (float) (-dloss.get(0) / rows);
    cpu.parallelRange(
        rows,
        Math.max(1, (1 << 15) / Math.max(1, width)),
        (from, to) -> {
          int at = out.offset();
          Arrays.fill(out.array(), at + from * width, at + to * width, 0f);
          for (int r = from; r < to; r++) {
            out.array()[at + r * width + (int) targets.get(r)] = share;
          }
        });
  }
}
