package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.strided.ParallelLoops;
import cadj.kernels.vectormath.Axpy;
import java.util.Arrays;

/// Copies runs where both sides are contiguous, and goes through [CopyTiles] where each is
/// contiguous along another dimension.
final class CopyVector implements CopyKernel {
  private static final int GRAIN = 1 << 15;

  private final Cpu cpu;

  CopyVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void copy(Buffer out, Buffer in, LoopNest nest) {
    F32 y = F32.of(out.slice(0, nest.reach(0)));
    if (!(in.slice(0, nest.reach(1)) instanceof F32 x)) {
      new CopyReference().copy(out, in, nest); // ids to numbers, doubles to floats: rare and short
    } else if (CopyTiles.suit(nest)) {
      new CopyTiles(nest, y, x).copy(cpu);
    } else {
      copyRuns(y, x, nest);
    }
  }

  private void copyRuns(F32 y, F32 x, LoopNest nest) {
    int sy = nest.innerStride(0);
    int sx = nest.innerStride(1);
    ParallelLoops.each(
        cpu,
        nest,
        (at, n) -> {
          int yAt = y.offset() + at[0];
          int xAt = x.offset() + at[1];
          if (sy == 1 && sx == 1) {
            System.arraycopy(x.array(), xAt, y.array(), yAt, n);
          } else {
            for (int i = 0; i < n; i++) {
              y.array()[yAt + i * sy] = x.array()[xAt + i * sx];
            }
          }
        });
  }

  @Override
  public void fill(Buffer out, float value) {
    F32 y = F32.of(out);
    cpu.parallelRange(
        y.length(), GRAIN, (a, b) -> Arrays.fill(y.array(), y.offset() + a, y.offset() + b, value));
  }

  @Override
  public void accumulate(Buffer out, Buffer in, float scale) {
    F32 y = F32.of(out);
    F32 x = F32.of(in.slice(0, y.length()));
    cpu.parallelRange(
        y.length(),
        GRAIN,
        (a, b) -> Axpy.run(y.array(), y.offset() + a, scale, x.array(), x.offset() + a, b - a));
  }
}
