package cadj.kernels.emulator.arithmetic;

/// `f16`, computed in double precision and rounded once.
public final class Halves {
  private static final int SIGN = 0x8000;

  private Halves() {}

  static float value(int a) {
    return Float.float16ToFloat((short) a);
  }

  static int round(double x) {
    return Rounding.toF16(x, Rounding.NEAREST_EVEN);
  }

  public static int add(int a, int b) {
    return round((double) value(a) + value(b));
  }

  public static int sub(int a, int b) {
    return round((double) value(a) - value(b));
  }

  public static int mul(int a, int b) {
    return round((double) value(a) * value(b));
  }

  public static int fma(int a, int b, int c) {
    return round(Rounding.exactFma(value(a), value(b), value(c)));
  }

  public static int neg(int a) {
    return a ^ SIGN;
  }

  public static int abs(int a) {
    return a & ~SIGN;
  }

  /// Of a number and a NaN, the number; −0 lies below +0.
  public static int min(int a, int b) {
    float x = value(a);
    float y = value(b);
    return Float.isNaN(x) ? b : Float.isNaN(y) || Float.compare(x, y) <= 0 ? a : b;
  }

  public static int max(int a, int b) {
    float x = value(a);
    float y = value(b);
    return Float.isNaN(x) ? b : Float.isNaN(y) || Float.compare(x, y) >= 0 ? a : b;
  }

  public static boolean eq(int a, int b) {
    return Singles.eq(value(a), value(b));
  }

  public static boolean ne(int a, int b) {
    return Singles.ne(value(a), value(b));
  }

  public static boolean lt(int a, int b) {
    return Singles.lt(value(a), value(b));
  }

  public static boolean le(int a, int b) {
    return Singles.le(value(a), value(b));
  }

  public static boolean gt(int a, int b) {
    return Singles.gt(value(a), value(b));
  }

  public static boolean ge(int a, int b) {
    return Singles.ge(value(a), value(b));
  }

  public static boolean equ(int a, int b) {
    return Singles.equ(value(a), value(b));
  }

  public static boolean neu(int a, int b) {
    return Singles.neu(value(a), value(b));
  }

  public static boolean ltu(int a, int b) {
    return Singles.ltu(value(a), value(b));
  }

  public static boolean leu(int a, int b) {
    return Singles.leu(value(a), value(b));
  }

  public static boolean gtu(int a, int b) {
    return Singles.gtu(value(a), value(b));
  }

  public static boolean geu(int a, int b) {
    return Singles.geu(value(a), value(b));
  }

  public static boolean num(int a, int b) {
    return Singles.num(value(a), value(b));
  }

  public static boolean nan(int a, int b) {
    return Singles.nan(value(a), value(b));
  }
}
