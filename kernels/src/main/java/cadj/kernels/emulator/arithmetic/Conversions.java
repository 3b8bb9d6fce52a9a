package cadj.kernels.emulator.arithmetic;

/// `cvt`. Into integers out-of-range values become the nearest in range and NaN becomes 0.
///
/// `direction` is one of [Rounding]'s.
public final class Conversions {
  private static final double TWO_63 = 0x1p63;

  private Conversions() {}

  /// Integer to integer.
  ///
  /// @param bits of the source, which may be wider
  /// @param saturated whether to clamp, or else to drop the high bits
  /// @param into bits of the destination's type
  /// @param held bits of its register: if more, extended by the type's sign
  public static long integer(
      long a, int bits, boolean signed, boolean saturated, int into, boolean intoSigned, int held) {
    long value = narrow(a, bits, signed);
    long fitting =
        saturated ? clamp(value, signed, into, intoSigned) : narrow(value, into, intoSigned);
    return held < Integer.SIZE ? narrow(fitting, held, false) : fitting;
  }

  /// Floating point to integer of `into` bits.
  public static long rounded(double a, int direction, int into, boolean signed, int held) {
    long fitting = toInteger(a, direction, into, signed);
    return held < Integer.SIZE ? narrow(fitting, held, false) : fitting;
  }

  private static long narrow(long a, int bits, boolean signed) {
    int unused = 64 - bits;
    return signed ? a << unused >> unused : a << unused >>> unused;
  }

  /// `a`, into the range of `bits` bits.
  ///
  /// @param fromSigned whether `a` may be negative, or else is unsigned
  private static long clamp(long a, boolean fromSigned, int bits, boolean signed) {
    long most = signed ? (1L << (bits - 1)) - 1 : bits == 64 ? -1 : (1L << bits) - 1;
    long least = signed ? -most - 1 : 0;
    if (fromSigned) {
      return a < least ? least : bits == 64 && !signed ? a : Math.min(a, most);
    }
    return Long.compareUnsigned(a, most) > 0 ? most : a;
  }

  public static int toS32(double a, int direction) {
    return (int) Rounding.integral(a, direction);
  }

  private static long toInteger(double a, int direction, int bits, boolean signed) {
    double whole = Rounding.integral(a, direction);
    if (bits == 64 && !signed) {
      return unsigned64(whole);
    }
    return clamp((long) whole, true, bits, signed);
  }

  private static long unsigned64(double whole) {
    if (!(whole > 0)) {
      return 0;
    }
    return whole < TWO_63
        ? (long) whole
        : whole < 2 * TWO_63 ? (long) (whole - TWO_63) ^ Long.MIN_VALUE : -1;
  }

  public static float singleFromS32(int a) {
    return a;
  }

  public static double doubleFromS32(int a) {
    return a;
  }

  /// @param bits of the source, which may be wider
  public static float single(long a, int bits, boolean signed, int direction) {
    return Rounding.toF32(odd(narrow(a, bits, signed), signed), direction);
  }

  public static double doubled(long a, int bits, boolean signed, int direction) {
    return doubled(narrow(a, bits, signed), signed, direction);
  }

  private static double doubled(long a, boolean signed, int direction) {
    double nearest = signed || a >= 0 ? a : 2.0 * (a >>> 1 | (a & 1));
    int error = error(a, signed, nearest);
    boolean down =
        error < 0 && (direction == Rounding.DOWN || (direction == Rounding.ZERO && nearest > 0));
    boolean up =
        error > 0 && (direction == Rounding.UP || (direction == Rounding.ZERO && nearest < 0));
    return down ? Math.nextDown(nearest) : up ? Math.nextUp(nearest) : nearest;
  }

  /// The nearest double, odd where not exact.
  private static double odd(long a, boolean signed) {
    double nearest = doubled(a, signed, Rounding.NEAREST_EVEN);
    return Rounding.odd(nearest, error(a, signed, nearest));
  }

  /// Sign of `a` − `nearest`.
  private static int error(long a, boolean signed, double nearest) {
    if (!signed && a < 0) {
      return nearest >= 2 * TWO_63 ? -1 : Long.compareUnsigned(a, unsigned64(nearest));
    }
    return nearest >= TWO_63 ? -1 : Long.compare(a, (long) nearest);
  }

  public static int half(long a, int bits, boolean signed, int direction) {
    return Rounding.toF16(odd(narrow(a, bits, signed), signed), direction);
  }

  public static int halfFromSingle(float a) {
    return Float.isNaN(a) ? 0x7fff : Float.floatToFloat16(a) & 0xffff;
  }

  public static float singleFromHalf(int a, HalfPrecision p) {
    return p.value(a);
  }

  public static double doubleFromHalf(int a) {
    return HalfPrecision.F16.value(a);
  }

  /// Half precision to integer, as [#rounded].
  public static long roundedHalf(int a, int direction, int into, boolean signed, int held) {
    return rounded(HalfPrecision.F16.value(a), direction, into, signed, held);
  }

  public static float singleIntegral(float a, int direction) {
    return (float) Rounding.integral(a, direction);
  }

  /// `{a, b}` as two halves, `a` the high one.
  public static int halfPair(float a, float b, int direction, HalfPrecision p) {
    return Ints.pack(p.round(b, direction), p.round(a, direction));
  }
}
