package cadj.kernels.device;

import java.util.Objects;

/// Single precision: what the engine computes in.
///
/// The window is `array[offset]` … `array[offset + length − 1]`; the array itself may be longer.
public record F32(float[] array, int offset, int length) implements Buffer {
  /// Elements ahead of an allocated buffer's first: with the 16 bytes of an array's header they are
  /// a cache line. So where objects begin at lines (`-XX:ObjectAlignmentInBytes=64`, as the
  /// launcher asks) no vector lies across two, which would take twice as long to read.
  public static final int AHEAD = 12;

  public F32 {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  /// A new zeroed buffer.
  public static F32 allocate(int length) {
    return new F32(new float[AHEAD + length], AHEAD, length);
  }

  /// The whole of `array`, shared, not copied.
  public static F32 of(float... array) {
    return new F32(array, 0, array.length);
  }

  /// Takes `buffer` for what it must be.
  public static F32 of(Buffer buffer) {
    if (buffer instanceof F32 it) {
      return it;
    }
    throw new IllegalArgumentException("expected a F32 buffer, got " + buffer.dtype());
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public double get(int i) {
    return array[offset + Objects.checkIndex(i, length)];
  }

  @Override
  public void set(int i, double value) {
    array[offset + Objects.checkIndex(i, length)] = (float) value;
  }

  @Override
  public F32 slice(int start, int count) {
    Objects.checkFromIndexSize(start, count, length);
    return new F32(array, offset + start, count);
  }
}
