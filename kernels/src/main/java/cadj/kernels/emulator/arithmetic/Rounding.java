package cadj.kernels.emulator.arithmetic;

/// Rounds to narrower formats, and in other directions than to the nearest.
///
/// A value too long for a double is handed over as the nearest double whose last bit says "there is
/// more" ([#odd]); rounding that to a format at least two bits shorter gives what rounding the
/// exact value would have given.
public final class Rounding {
  public static final int NEAREST_EVEN = 0;
  public static final int ZERO = 1;
  public static final int DOWN = 2;
  public static final int UP = 3;
  public static final int NEAREST_AWAY = 4;

  private static final int HALF_NAN = 0x7fff;
  private static final int NAN = 0x7fffffff;

  private Rounding() {}

  /// `x`, or its neighbour in the direction of `error` if that is needed to make the last bit 1.
  ///
  /// @param error sign of what `x` leaves out of the exact value
  static double odd(double x, double error) {
    if (!Double.isFinite(x) || (Double.doubleToRawLongBits(x) & 1) != 0) {
      return x;
    }
    return error > 0 ? Math.nextUp(x) : error < 0 ? Math.nextDown(x) : x;
  }

  /// `x` with `bits` significant bits, in a format whose least normal exponent is `lowest`, not
  /// looking at how large it may be.
  static double toBits(double x, int bits, int lowest, int direction) {
    if (x == 0 || !Double.isFinite(x)) {
      return x;
    }
    int exponent = Math.max(Math.getExponent(x), lowest);
    double unit = power(exponent - bits + 1);
    return integral(x / unit, direction) * unit;
  }

  /// 2ⁿ, where that is a normal number.
  public static double power(int n) {
    return Double.longBitsToDouble((long) (n + 1023) << 52);
  }

  /// `x` as a whole number.
  public static double integral(double x, int direction) {
    return switch (direction) {
      case NEAREST_EVEN -> Math.rint(x);
      case ZERO -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case DOWN -> Math.floor(x);
      case UP -> Math.ceil(x);
      default -> Math.copySign(Math.floor(Math.abs(x) + 0.5), x);
    };
  }

  /// Of a format with `bits` significant bits and exponents up to `highest`: what overflow gives.
  private static double limited(double x, int bits, int highest, int direction) {
    double largest = (2 - power(1 - bits)) * power(highest);
    if (!(Math.abs(x) > largest) || Double.isInfinite(x)) {
      return x;
    }
    boolean staysFinite = direction == ZERO || direction == (x > 0 ? DOWN : UP);
    return Math.copySign(staysFinite ? largest : Double.POSITIVE_INFINITY, x);
  }

  private static double to(double x, int bits, int lowest, int highest, int direction) {
    return limited(toBits(x, bits, lowest, direction), bits, highest, direction);
  }

  /// The bits of an `f16`.
  public static int toF16(double x, int direction) {
    float rounded = (float) to(x, 11, -14, 15, direction);
    return Double.isNaN(x) ? HALF_NAN : Float.floatToFloat16(rounded) & 0xffff;
  }

  /// The bits of a `bf16`.
  public static int toBf16(double x, int direction) {
    float rounded = (float) to(x, 8, -126, 127, direction);
    return Double.isNaN(x) ? HALF_NAN : Float.floatToRawIntBits(rounded) >>> 16;
  }

  /// The bits of a `tf32`: a float whose last 13 bits are 0.
  public static int toTf32(double x, int direction) {
    return Double.isNaN(x) ? NAN : Float.floatToRawIntBits((float) to(x, 11, -126, 127, direction));
  }

  /// To the nearest, towards zero, down or up.
  public static float toF32(double x, int direction) {
    float nearest = (float) x;
    boolean down = direction == DOWN || (direction == ZERO && x > 0);
    boolean up = direction == UP || (direction == ZERO && x < 0);
    return down && nearest > x
        ? Math.nextDown(nearest)
        : up && nearest < x ? Math.nextUp(nearest) : nearest;
  }

  public static float add(float a, float b, int direction) {
    double sum = (double) a + b;
    return toF32(signed(odd(sum, sumError(a, b, sum)), a, b, direction), direction);
  }

  public static float sub(float a, float b, int direction) {
    return add(a, -b, direction);
  }

  public static float mul(float a, float b, int direction) {
    return toF32((double) a * b, direction);
  }

  public static float fma(float a, float b, float c, int direction) {
    return toF32(signed(exactFma(a, b, c), (double) a * b, c, direction), direction);
  }

  /// a·b + c, odd where not exact.
  static double exactFma(double a, double b, double c) {
    double product = a * b;
    double sum = product + c;
    return odd(sum, sumError(product, c, sum));
  }

  /// Where a and b cancel, the sum is +0, but −0 when rounding down.
  private static double signed(double sum, double a, double b, int direction) {
    boolean cancels = a == -b && Math.copySign(1, a) != Math.copySign(1, b);
    return cancels ? direction == DOWN ? -0.0 : 0.0 : sum;
  }

  public static float div(float a, float b, int direction) {
    double quotient = (double) a / b;
    double rest = Math.fma(-quotient, (double) b, (double) a);
    return toF32(odd(quotient, b < 0 ? -rest : rest), direction);
  }

  public static float rcp(float a, int direction) {
    return div(1, a, direction);
  }

  public static float sqrt(float a, int direction) {
    double root = Math.sqrt(a);
    return toF32(odd(root, Math.fma(-root, root, (double) a)), direction);
  }

  /// What `sum` leaves out of a + b (Knuth).
  private static double sumError(double a, double b, double sum) {
    double other = sum - a;
    double error = (a - (sum - other)) + (b - other);
    return !Double.isNaN(error) ? error : 0;
  }
}
