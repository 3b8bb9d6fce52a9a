package cadj.kernels.device;

import java.util.Objects;

/// Integers: token ids, time steps, positions.
///
/// The window is `array[offset]` … `array[offset + length − 1]`; the array itself may be longer.
public record I64(long[] array, int offset, int length) implements Buffer {
  public I64 {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  /// The whole of `array`, shared, not copied.
  public static I64 of(long... array) {
    return new I64(array, 0, array.length);
  }

  /// Takes `buffer` for what it must be.
  public static I64 of(Buffer buffer) {
    if (buffer instanceof I64 it) {
      return it;
    }
    throw new IllegalArgumentException("expected a I64 buffer, got " + buffer.dtype());
  }

  @Override
  public DType dtype() {
    return DType.I64;
  }

  @Override
  public double get(int i) {
    return (double) array[offset + Objects.checkIndex(i, length)];
  }

  @Override
  public void set(int i, double value) {
    array[offset + Objects.checkIndex(i, length)] = (long) value;
  }

  @Override
  public I64 slice(int start, int count) {
    Objects.checkFromIndexSize(start, count, length);
    return new I64(array, offset + start, count);
  }
}
