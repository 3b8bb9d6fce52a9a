package cadj.kernels.emulator.arithmetic;

/// Single precision, rounded once; what PTX calls approximate is in [Approximate].
public final class Singles {
  private Singles() {}

  public static float copy(float a) {
    return a;
  }

  public static float add(float a, float b) {
    return a + b;
  }

  public static float sub(float a, float b) {
    return a - b;
  }

  public static float mul(float a, float b) {
    return a * b;
  }

  public static float fma(float a, float b, float c) {
    return Math.fma(a, b, c);
  }

  public static float div(float a, float b) {
    return a / b;
  }

  public static float rcp(float a) {
    return 1 / a;
  }

  public static float sqrt(float a) {
    return (float) Math.sqrt(a);
  }

  public static float abs(float a) {
    return Math.abs(a);
  }

  public static float neg(float a) {
    return -a;
  }

  /// Of a number and a NaN, the number; −0 lies below +0.
  public static float min(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.min(a, b);
  }

  public static float max(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b);
  }

  public static float minNan(float a, float b) {
    return Math.min(a, b);
  }

  public static float maxNan(float a, float b) {
    return Math.max(a, b);
  }

  /// The sign of `a` on `b`.
  public static float copysign(float a, float b) {
    return Math.copySign(b, a);
  }

  /// `.sat`: into [0, 1]; a NaN becomes 0.
  public static float saturate(float a) {
    return a >= 0 ? Math.min(a, 1) : 0;
  }

  /// `.ftz`: what is subnormal becomes 0 with its sign.
  public static float flush(float a) {
    return Math.abs(a) < Float.MIN_NORMAL ? a * 0 : a;
  }

  public static float select(float a, float b, boolean first) {
    return first ? a : b;
  }

  public static float slct(float a, float b, int c) {
    return c >= 0 ? a : b;
  }

  public static float slctF(float a, float b, float c) {
    return c >= 0 ? a : b;
  }

  public static boolean eq(float a, float b) {
    return a == b;
  }

  public static boolean ne(float a, float b) {
    return a < b || a > b;
  }

  public static boolean lt(float a, float b) {
    return a < b;
  }

  public static boolean le(float a, float b) {
    return a <= b;
  }

  public static boolean gt(float a, float b) {
    return a > b;
  }

  public static boolean ge(float a, float b) {
    return a >= b;
  }

  /// With a `u` ("unordered"), NaNs compare as true.
  public static boolean equ(float a, float b) {
    return !ne(a, b);
  }

  public static boolean neu(float a, float b) {
    return a != b;
  }

  public static boolean ltu(float a, float b) {
    return !(a >= b);
  }

  public static boolean leu(float a, float b) {
    return !(a > b);
  }

  public static boolean gtu(float a, float b) {
    return !(a <= b);
  }

  public static boolean geu(float a, float b) {
    return !(a < b);
  }

  public static boolean num(float a, float b) {
    return !Float.isNaN(a) && !Float.isNaN(b);
  }

  public static boolean nan(float a, float b) {
    return Float.isNaN(a) || Float.isNaN(b);
  }

  public static boolean finite(float a) {
    return Float.isFinite(a);
  }

  public static boolean infinite(float a) {
    return Float.isInfinite(a);
  }

  public static boolean number(float a) {
    return !Float.isNaN(a);
  }

  public static boolean notanumber(float a) {
    return Float.isNaN(a);
  }

  public static boolean normal(float a) {
    return Float.isFinite(a) && Math.abs(a) >= Float.MIN_NORMAL;
  }

  public static boolean subnormal(float a) {
    return a != 0 && Math.abs(a) < Float.MIN_NORMAL;
  }
}
