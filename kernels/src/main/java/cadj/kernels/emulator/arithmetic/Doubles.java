package cadj.kernels.emulator.arithmetic;

/// Double precision.
public final class Doubles {
  private Doubles() {}

  public static double copy(double a) {
    return a;
  }

  public static double add(double a, double b) {
    return a + b;
  }

  public static double sub(double a, double b) {
    return a - b;
  }

  public static double mul(double a, double b) {
    return a * b;
  }

  public static double fma(double a, double b, double c) {
    return Math.fma(a, b, c);
  }

  public static double div(double a, double b) {
    return a / b;
  }

  public static double rcp(double a) {
    return 1 / a;
  }

  public static double sqrt(double a) {
    return Math.sqrt(a);
  }

  public static double rsqrt(double a) {
    return 1 / Math.sqrt(a);
  }

  public static double abs(double a) {
    return Math.abs(a);
  }

  public static double neg(double a) {
    return -a;
  }

  /// Of a number and a NaN, the number; −0 lies below +0.
  public static double min(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
  }

  public static double max(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  public static double minNan(double a, double b) {
    return Math.min(a, b);
  }

  public static double maxNan(double a, double b) {
    return Math.max(a, b);
  }

  /// The sign of `a` on `b`.
  public static double copysign(double a, double b) {
    return Math.copySign(b, a);
  }

  public static double select(double a, double b, boolean first) {
    return first ? a : b;
  }

  public static double slct(double a, double b, int c) {
    return c >= 0 ? a : b;
  }

  public static double slctF(double a, double b, float c) {
    return c >= 0 ? a : b;
  }

  public static boolean eq(double a, double b) {
    return a == b;
  }

  public static boolean ne(double a, double b) {
    return a < b || a > b;
  }

  public static boolean lt(double a, double b) {
    return a < b;
  }

  public static boolean le(double a, double b) {
    return a <= b;
  }

  public static boolean gt(double a, double b) {
    return a > b;
  }

  public static boolean ge(double a, double b) {
    return a >= b;
  }

  /// With a `u` ("unordered"), NaNs compare as true.
  public static boolean equ(double a, double b) {
    return !ne(a, b);
  }

  public static boolean neu(double a, double b) {
    return a != b;
  }

  public static boolean ltu(double a, double b) {
    return !(a >= b);
  }

  public static boolean leu(double a, double b) {
    return !(a > b);
  }

  public static boolean gtu(double a, double b) {
    return !(a <= b);
  }

  public static boolean geu(double a, double b) {
    return !(a < b);
  }

  public static boolean num(double a, double b) {
    return !Double.isNaN(a) && !Double.isNaN(b);
  }

  public static boolean nan(double a, double b) {
    return Double.isNaN(a) || Double.isNaN(b);
  }

  public static boolean finite(double a) {
    return Double.isFinite(a);
  }

  public static boolean infinite(double a) {
    return Double.isInfinite(a);
  }

  public static boolean number(double a) {
    return !Double.isNaN(a);
  }

  public static boolean notanumber(double a) {
    return Double.isNaN(a);
  }

  public static boolean normal(double a) {
    return Double.isFinite(a) && Math.abs(a) >= Double.MIN_NORMAL;
  }

  public static boolean subnormal(double a) {
    return a != 0 && Math.abs(a) < Double.MIN_NORMAL;
  }
}
