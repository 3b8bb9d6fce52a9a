package cadj.kernels.pool;

import static cadj.kernels.device.Buffer.singles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.I64;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;

/// One launch of `pool.ptx` each.
final class Pool2dCuda implements Pool2dKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(Pool2dCuda.class, "pool.ptx").with(PtxTiles.SOURCE);
  private static final int THREADS = 256;

  private final Gpu gpu;

  Pool2dCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void average(Pool2dShape s, Buffer y, Buffer x) {
    Buffer out = singles(y, s.outputs());
    Buffer in = singles(x, s.inputs());
    Launch launch = over(s, s.ho() * s.wo(), "pool_average").out(out).in(in);
    sizes(launch, s).f32(share(s)).i32(vectors(s, out, in)).run();
  }

  @Override
  public void averageBackward(Pool2dShape s, Buffer dx, Buffer dy) {
    Buffer out = singles(dx, s.inputs());
    Buffer in = singles(dy, s.outputs());
    Launch launch = over(s, s.h() * s.w(), "pool_average_backward").out(out).in(in);
    sizes(launch, s).f32(share(s)).i32(vectors(s, out, in)).run();
  }

  @Override
  public void max(Pool2dShape s, Buffer y, I64 index, Buffer x) {
    Buffer out = singles(y, s.outputs());
    Buffer in = singles(x, s.inputs());
    Launch launch =
        over(s, s.ho() * s.wo(), "pool_max").out(out).out(index.slice(0, s.outputs())).in(in);
    sizes(launch, s).i32(vectors(s, out, in)).run();
  }

  @Override
  public void maxBackward(Pool2dShape s, Buffer dx, Buffer dy, I64 index) {
    Buffer out = singles(dx, s.inputs());
    Buffer in = singles(dy, s.outputs());
    Launch launch =
        over(s, s.h() * s.w(), "pool_max_backward").out(out).in(in).in(index.slice(0, s.outputs()));
    sizes(launch, s).i32(vectors(s, out, in)).run();
  }

  private static int vectors(Pool2dShape s, Buffer... buffers) {
    return s.c() % 4 == 0 && Launch.aligned(buffers) ? 1 : 0;
  }

  private static float share(Pool2dShape s) {
    return 1f / (s.kernel() * s.kernel());
  }

  /// A thread for four channels of each pixel that is written.
  private Launch over(Pool2dShape s, int pixels, String kernel) {
    int threads = s.n() * pixels * Math.ceilDiv(s.c(), 4);
    return gpu.launch(SOURCE, kernel).grid(Math.ceilDiv(threads, THREADS)).block(THREADS);
  }

  private static Launch sizes(Launch launch, Pool2dShape s) {
    return launch
        .i32(s.n())
        .i32(s.c())
        .i32(s.h())
        .i32(s.w())
        .i32(s.ho())
        .i32(s.wo())
        .i32(s.kernel())
        .i32(s.stride())
        .i32(s.padding());
  }
}
