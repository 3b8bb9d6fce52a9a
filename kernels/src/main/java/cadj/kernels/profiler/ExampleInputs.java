package cadj.kernels.profiler;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.I64;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The buffers of an example, with the same random values at every run; freed when closed.
final class ExampleInputs implements AutoCloseable {
  private final Gpu gpu;
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<GpuF32> buffers = new ArrayList<>();

  ExampleInputs(Gpu gpu) {
    this.gpu = gpu;
  }

  /// Values from −1 to 1.
  GpuF32 random(int... sizes) {
    return between(-1, 1, sizes);
  }

  /// Values from `low` to `high`.
  GpuF32 between(float low, float high, int... sizes) {
    float[] values = new float[length(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + (high - low) * (float) random.nextDouble();
    }
    GpuF32 buffer = empty(sizes);
    gpu.upload(buffer, F32.of(values));
    return buffer;
  }

  /// An output: zeros, as kernels need not write all of it.
  GpuF32 empty(int... sizes) {
    GpuF32 buffer = gpu.allocate(length(sizes));
    buffers.add(buffer);
    gpu.fill(buffer, 0);
    return buffer;
  }

  /// Weights of half precision from −1 to 1.
  GpuHalf halves(DType dtype, int... sizes) {
    F32 values = F32.of(new float[length(sizes)]);
    for (int i = 0; i < values.length(); i++) {
      values.set(i, 2 * random.nextDouble() - 1);
    }
    GpuHalf halves = HalfWeights.upload(gpu, values, dtype);
    gpu.freeOnceUnreachable(halves);
    return halves;
  }

  /// What is in all buffers now, in the order they were asked for.
  List<float[]> values() {
    List<float[]> values = new ArrayList<>();
    for (GpuF32 buffer : buffers) {
      float[] each = new float[buffer.length()];
      gpu.download(F32.of(each), buffer);
      values.add(each);
    }
    return values;
  }

  /// Whole numbers from 0 to `below` − 1, on the host.
  I64 ids(int count, int below) {
    return I64.of(random.longs(count, 0, below).toArray());
  }

  private static int length(int... sizes) {
    long length = 1;
    for (int size : sizes) {
      length *= size;
      if (length > 1 << 28) {
        throw new IllegalArgumentException(
            "shape: a tensor of %s elements is too large for an example"
                .formatted(java.util.Arrays.toString(sizes)));
      }
    }
    return (int) length;
  }

  @Override
  public void close() {
    buffers.forEach(gpu::free);
  }
}
