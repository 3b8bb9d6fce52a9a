package cadj.kernels.convert;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;
import java.lang.foreign.MemorySegment;

/// Launches of `convert.ptx`: halves cross to the device and back as they are.
final class ConvertCuda implements ConvertKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(ConvertCuda.class, "convert.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  ConvertCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void widen(Buffer y, MemorySegment halves, DType half) {
    HalfFormat format = HalfFormat.of(half);
    Buffer out = Buffer.singles(y, y.length());
    HalfFormat.requireBytes(halves, out.length());
    GpuF32 onDevice = space(out.length());
    try {
      if (out.length() > 0) {
        gpu.driver().copyIn(onDevice.address(), halves);
      }
      Launch launch = gpu.launch(SOURCE, "convert_widen").out(out).address(onDevice.address());
      run(launch, format, out, Launch.aligned(out));
    } finally {
      gpu.free(onDevice);
    }
  }

  @Override
  public void narrow(MemorySegment halves, DType half, Buffer x) {
    HalfFormat format = HalfFormat.of(half);
    Buffer in = Buffer.singles(x, x.length());
    HalfFormat.requireBytes(halves, in.length());
    GpuF32 onDevice = space(in.length());
    try {
      Launch launch = gpu.launch(SOURCE, "convert_narrow").address(onDevice.address()).in(in);
      run(launch, format, in, Launch.aligned(in));
      if (in.length() > 0) {
        gpu.driver().copyOut(halves, onDevice.address());
      }
    } finally {
      gpu.free(onDevice);
    }
  }

  static void widen(GpuF32 y, GpuHalf x) {
    Launch launch = y.gpu().launch(SOURCE, "convert_widen").out(y).in(x);
    run(launch, HalfFormat.of(x.dtype()), y, Launch.aligned(y, x));
  }

  /// Room for `count` halves.
  private GpuF32 space(int count) {
    return gpu.allocate(Math.ceilDiv(count, 2));
  }

  private static void run(Launch launch, HalfFormat format, Buffer floats, boolean aligned) {
    launch
        .i32(format == HalfFormat.BF16 ? 1 : 0)
        .i32(floats.length())
        .i32(aligned ? 1 : 0)
        .grid(Math.ceilDiv(floats.length(), 4 * BLOCK))
        .block(BLOCK)
        .run();
  }
}
