package cadj.kernels.device;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Half precision in a GPU's memory, F16 or BF16: weights as a file has them. `length` elements of
/// two bytes from `address` on.
///
/// Kernels that take such a buffer widen its elements while they read them; none writes one.
/// Windows share their `block`, as those of [GpuF32].
public record GpuHalf(Gpu gpu, GpuBlock block, long address, int length, DType dtype)
    implements Buffer {
  public GpuHalf {
    if (dtype != DType.F16 && dtype != DType.BF16) {
      throw new IllegalArgumentException("expected F16 or BF16, got " + dtype);
    }
  }

  /// Copies one element and waits for it: for tests.
  @Override
  public double get(int i) {
    short[] one = new short[1];
    gpu.driver().copyOut(MemorySegment.ofArray(one), at(Objects.checkIndex(i, length)));
    return dtype == DType.F16
        ? Float.float16ToFloat(one[0])
        : Float.intBitsToFloat(one[0] << Short.SIZE);
  }

  @Override
  public void set(int i, double value) {
    throw new UnsupportedOperationException("half-precision weights on a GPU are only read");
  }

  @Override
  public GpuHalf slice(int start, int count) {
    Objects.checkFromIndexSize(start, count, length);
    return new GpuHalf(gpu, block, at(start), count, dtype);
  }

  private long at(int i) {
    return address + (long) i * Short.BYTES;
  }
}
