package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.strided.LoopNestArguments;
import cadj.kernels.tiles.PtxTiles;

/// Launches of `copy.ptx`; plain runs are copied by the driver, and other types converted on the
/// host.
final class CopyCuda implements CopyKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(CopyCuda.class, "copy.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;
  private static final int TILE = 32;

  /// Fewer rows or columns than this would leave most of a tile empty.
  private static final int LEAST_FOR_TILES = 8;

  private final Gpu gpu;

  CopyCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void copy(Buffer out, Buffer in, LoopNest nest) {
    Buffer to = out.slice(0, nest.reach(0));
    Buffer from = in.slice(0, nest.reach(1));
    if (to.dtype() != DType.F32) {
      new CopyReference().copy(to, onHost(from), nest);
    } else if (from.dtype() != DType.F32) {
      copyFloats(to, single(from), nest);
    } else {
      copyFloats(to, from, nest);
    }
  }

  private static Buffer onHost(Buffer buffer) {
    if (!(buffer instanceof GpuF32 onDevice)) {
      return buffer;
    }
    F32 host = F32.of(new float[buffer.length()]);
    onDevice.gpu().download(host, onDevice);
    return host;
  }

  private static F32 single(Buffer buffer) {
    F32 single = F32.of(new float[buffer.length()]);
    for (int i = 0; i < buffer.length(); i++) {
      single.set(i, buffer.get(i));
    }
    return single;
  }

  private void copyFloats(Buffer to, Buffer from, LoopNest nest) {
    boolean plain = nest.innerStride(0) == 1 && nest.innerStride(1) == 1;
    if (nest.rank() == 1 && (plain || nest.innerSize() <= 1)) {
      copyRun(to, from);
    } else if (CopyTiles.suit(nest)
        && nest.innerSize() >= LEAST_FOR_TILES
        && nest.size(CopyTiles.rowLoop(nest)) >= LEAST_FOR_TILES) {
      copyTiles(to, from, nest, CopyTiles.rowLoop(nest));
    } else {
      copyStrided(to, from, nest);
    }
  }

  private void copyRun(Buffer to, Buffer from) {
    switch (to) {
      case GpuF32 y when from instanceof GpuF32 x -> gpu.copy(y, x);
      case GpuF32 y -> gpu.upload(y, F32.of(from));
      default -> gpu.download(F32.of(to), GpuF32.of(from));
    }
  }

  private void copyStrided(Buffer to, Buffer from, LoopNest nest) {
    int steps = LoopNestArguments.stepsAtOnce(nest, to, from);
    int items = nest.outerCount() * nest.innerSize() / steps;
    LoopNestArguments.put(
            gpu.launch(SOURCE, "copy_strided")
                .grid(Math.ceilDiv(items, BLOCK))
                .block(BLOCK)
                .inOut(to)
                .in(from)
                .i32(items)
                .i32(steps),
            nest)
        .run();
  }

  private void copyTiles(Buffer to, Buffer from, LoopNest nest, int d) {
    LoopNest planes = nest.without(d);
    int tiles = Math.ceilDiv(nest.size(d), TILE) * Math.ceilDiv(nest.innerSize(), TILE);
    LoopNestArguments.put(
            gpu.launch(SOURCE, "copy_tiles")
                .grid(planes.outerCount() * planes.innerSize() * tiles)
                .block(BLOCK)
                .inOut(to)
                .in(from)
                .i32(nest.size(d))
                .i32(nest.innerSize())
                .i32(nest.stride(0, d))
                .i32(nest.stride(1, d))
                .i32(nest.innerStride(1)),
            planes)
        .run();
  }

  @Override
  public void fill(Buffer out, float value) {
    gpu.fill(GpuF32.of(out), value);
  }

  @Override
  public void accumulate(Buffer out, Buffer in, float scale) {
    int n = out.length();
    Buffer sum = Buffer.singles(out, n);
    Buffer addend = Buffer.singles(in, n);
    gpu.launch(SOURCE, "copy_accumulate")
        .grid(Math.ceilDiv(n, 4 * BLOCK))
        .block(BLOCK)
        .inOut(sum)
        .in(addend)
        .f32(scale)
        .i32(n)
        .i32(Launch.aligned(sum, addend) ? 1 : 0)
        .run();
  }
}
