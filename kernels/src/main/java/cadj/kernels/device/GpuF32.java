package cadj.kernels.device;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Single precision in a GPU's memory: `length` elements from `address` on.
///
/// Windows share their `block`, which stands for the allocation: as long as it can be reached, the
/// memory is not given to others.
///
/// [#get] and [#set] copy one element and wait for it: for tests and for the odd scalar.
public record GpuF32(Gpu gpu, GpuBlock block, long address, int length) implements Buffer {
  /// Takes `buffer` for what it must be.
  public static GpuF32 of(Buffer buffer) {
    if (buffer instanceof GpuF32 it) {
      return it;
    }
    throw new IllegalArgumentException(
        "expected a buffer on a GPU, got one of %s on the host".formatted(buffer.dtype()));
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public double get(int i) {
    float[] one = new float[1];
    gpu.driver().copyOut(MemorySegment.ofArray(one), at(Objects.checkIndex(i, length)));
    return one[0];
  }

  @Override
  public void set(int i, double value) {
    float[] one = {(float) value};
    block.written();
    gpu.driver().copyIn(at(Objects.checkIndex(i, length)), MemorySegment.ofArray(one));
  }

  @Override
  public GpuF32 slice(int start, int count) {
    Objects.checkFromIndexSize(start, count, length);
    return new GpuF32(gpu, block, at(start), count);
  }

  private long at(int i) {
    return address + (long) i * Float.BYTES;
  }
}
