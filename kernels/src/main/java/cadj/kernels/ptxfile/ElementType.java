package cadj.kernels.ptxfile;

import cadj.kernels.device.DType;
import cadj.kernels.emulator.arithmetic.HalfPrecision;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Types of arguments and of the elements of arrays. Values come as their bits, in the low bytes.
public enum ElementType {
  F64(8, DType.F64),
  F32(4, DType.F32),
  F16(2, DType.F16),
  BF16(2, DType.BF16),
  I64(8, DType.I64),
  I32(4, DType.I32),
  I16(2, DType.I16),
  I8(1, DType.I8),
  U64(8, DType.I64),
  U32(4, DType.I64),
  U16(2, DType.I32),
  U8(1, DType.U8);

  private final int bytes;
  private final DType stored;

  ElementType(int bytes, DType stored) {
    this.bytes = bytes;
    this.stored = stored;
  }

  /// @param name such as `f32`
  /// @throws IllegalArgumentException naming all there are
  public static ElementType of(String name) {
    for (ElementType type : values()) {
      if (type.text().equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "expected a type (%s), found %s"
            .formatted(
                Arrays.stream(values()).map(ElementType::text).collect(Collectors.joining(", ")),
                name));
  }

  public int bytes() {
    return bytes;
  }

  /// The type of a tensor that holds all its values.
  public DType stored() {
    return stored;
  }

  public boolean isFloat() {
    return stored.isFloat();
  }

  public boolean isUnsigned() {
    return this == U64 || this == U32 || this == U16 || this == U8;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The bits of a number written in decimal, or of an integer as `0x…`.
  ///
  /// @throws IllegalArgumentException if it is none of this type
  public long parse(String text) {
    try {
      if (isFloat()) {
        return bits(Double.parseDouble(text));
      }
      long value =
          text.startsWith("0x")
              ? Long.parseUnsignedLong(text.substring(2), 16)
              : this == U64 ? Long.parseUnsignedLong(text) : Long.parseLong(text);
      if (bytes == Long.BYTES || (value >= least() && value <= most())) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "expected a number of type %s, found %s".formatted(text(), text));
  }

  /// Of an integer type of fewer than 64 bits.
  private long least() {
    return isUnsigned() ? 0 : -1L << (8 * bytes - 1);
  }

  private long most() {
    return isUnsigned() ? (1L << (8 * bytes)) - 1 : (1L << (8 * bytes - 1)) - 1;
  }

  /// The bits of a value, rounded to nearest if a float, cut off if an integer.
  public long bits(double value) {
    return switch (this) {
      case F64 -> Double.doubleToRawLongBits(value);
      case F32 -> Float.floatToRawIntBits((float) value) & 0xffffffffL;
      case F16 -> Float.floatToFloat16((float) value) & 0xffffL;
      case BF16 -> bfloat((float) value);
      default -> (long) value;
    };
  }

  private static long bfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return ((bits >>> 16) & 0xffffL) | 0x40;
    }
    return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffffL;
  }

  /// The value that bits stand for; beyond 2^53 an integer's nearest.
  public double value(long bits) {
    return switch (this) {
      case F64 -> Double.longBitsToDouble(bits);
      case F32 -> Float.intBitsToFloat((int) bits);
      case F16 -> HalfPrecision.F16.value((int) bits & 0xffff);
      case BF16 -> HalfPrecision.BF16.value((int) bits & 0xffff);
      case U64 -> (bits >>> 1) * 2.0 + (bits & 1);
      default -> integer(bits);
    };
  }

  /// The integer that bits stand for; of U64 with the sign that a long gives it.
  public long integer(long bits) {
    int unused = Long.SIZE - 8 * bytes;
    return isUnsigned() ? bits << unused >>> unused : bits << unused >> unused;
  }

  /// As people write it.
  public String text(long bits) {
    return switch (this) {
      case F64 -> Double.toString(Double.longBitsToDouble(bits));
      case F32, F16, BF16 -> Float.toString((float) value(bits));
      case U64 -> Long.toUnsignedString(bits);
      default -> Long.toString(integer(bits));
    };
  }
}
