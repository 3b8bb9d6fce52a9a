package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.PtxSource;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.strided.LoopNestArguments;
import cadj.kernels.tiles.PtxTiles;

/// Launches of `binary.ptx`.
final class BinaryCuda implements BinaryKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(BinaryCuda.class, "binary.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  BinaryCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void apply(Binary f, Buffer out, Buffer a, Buffer b, LoopNest nest) {
    Buffer y = Buffer.singles(out, nest.reach(0));
    Buffer x = Buffer.singles(a, nest.reach(1));
    Buffer z = Buffer.singles(b, nest.reach(2));
    int steps = LoopNestArguments.stepsAtOnce(nest, y, x, z);
    int items = nest.outerCount() * nest.innerSize() / steps;
    LoopNestArguments.put(
            gpu.launch(SOURCE, "binary_apply")
                .grid(Math.ceilDiv(items, BLOCK))
                .block(BLOCK)
                .inOut(y)
                .in(x)
                .in(z)
                .i32(code(f))
                .i32(items)
                .i32(steps),
            nest)
        .run();
  }

  /// The number that the kernels know `f` by.
  private static int code(Binary f) {
    return switch (f) {
      case ADD -> 0;
      case SUB -> 1;
      case MUL -> 2;
      case DIV -> 3;
    };
  }
}
