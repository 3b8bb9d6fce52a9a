package cadj.kernels.device;

import java.util.Objects;

/// Double precision: what gradients are checked in.
///
/// The window is `array[offset]` … `array[offset + length − 1]`; the array itself may be longer.
public record F64(double[] array, int offset, int length) implements Buffer {
  public F64 {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  /// The whole of `array`, shared, not copied.
  public static F64 of(double... array) {
    return new F64(array, 0, array.length);
  }

  /// Takes `buffer` for what it must be.
  public static F64 of(Buffer buffer) {
    if (buffer instanceof F64 it) {
      return it;
    }
    throw new IllegalArgumentException("expected a F64 buffer, got " + buffer.dtype());
  }

  @Override
  public DType dtype() {
    return DType.F64;
  }

  @Override
  public double get(int i) {
    return array[offset + Objects.checkIndex(i, length)];
  }

  @Override
  public void set(int i, double value) {
    array[offset + Objects.checkIndex(i, length)] = value;
  }

  @Override
  public F64 slice(int start, int count) {
    Objects.checkFromIndexSize(start, count, length);
    return new F64(array, offset + start, count);
  }
}
