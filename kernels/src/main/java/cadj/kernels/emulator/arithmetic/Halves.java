package cadj.kernels.emulator.arithmetic;

/// `f16` and `bf16`, computed in double precision and rounded once.
public final class Halves {
  private static final int SIGN = 0x8000;

  private Halves() {}

  public static int add(int a, int b, HalfPrecision p) {
    return p.nearest((double) p.value(a) + p.value(b));
  }

  public static int sub(int a, int b, HalfPrecision p) {
    return p.nearest((double) p.value(a) - p.value(b));
  }

  public static int mul(int a, int b, HalfPrecision p) {
    return p.nearest((double) p.value(a) * p.value(b));
  }

  public static int fma(int a, int b, int c, HalfPrecision p) {
    return p.nearest(Rounding.exactFma(p.value(a), p.value(b), p.value(c)));
  }

  public static int neg(int a) {
    return a ^ SIGN;
  }

  public static int abs(int a) {
    return a & ~SIGN;
  }

  /// Of a number and a NaN, the number; −0 lies below +0.
  public static int min(int a, int b, HalfPrecision p) {
    float x = p.value(a);
    float y = p.value(b);
    return Float.isNaN(x) ? b : Float.isNaN(y) || Float.compare(x, y) <= 0 ? a : b;
  }

  public static int max(int a, int b, HalfPrecision p) {
    float x = p.value(a);
    float y = p.value(b);
    return Float.isNaN(x) ? b : Float.isNaN(y) || Float.compare(x, y) >= 0 ? a : b;
  }

  public static boolean eq(int a, int b, HalfPrecision p) {
    return Singles.eq(p.value(a), p.value(b));
  }

  public static boolean ne(int a, int b, HalfPrecision p) {
    return Singles.ne(p.value(a), p.value(b));
  }

  public static boolean lt(int a, int b, HalfPrecision p) {
    return Singles.lt(p.value(a), p.value(b));
  }

  public static boolean le(int a, int b, HalfPrecision p) {
    return Singles.le(p.value(a), p.value(b));
  }

  public static boolean gt(int a, int b, HalfPrecision p) {
    return Singles.gt(p.value(a), p.value(b));
  }

  public static boolean ge(int a, int b, HalfPrecision p) {
    return Singles.ge(p.value(a), p.value(b));
  }

  public static boolean equ(int a, int b, HalfPrecision p) {
    return Singles.equ(p.value(a), p.value(b));
  }

  public static boolean neu(int a, int b, HalfPrecision p) {
    return Singles.neu(p.value(a), p.value(b));
  }

  public static boolean ltu(int a, int b, HalfPrecision p) {
    return Singles.ltu(p.value(a), p.value(b));
  }

  public static boolean leu(int a, int b, HalfPrecision p) {
    return Singles.leu(p.value(a), p.value(b));
  }

  public static boolean gtu(int a, int b, HalfPrecision p) {
    return Singles.gtu(p.value(a), p.value(b));
  }

  public static boolean geu(int a, int b, HalfPrecision p) {
    return Singles.geu(p.value(a), p.value(b));
  }

  public static boolean num(int a, int b, HalfPrecision p) {
    return Singles.num(p.value(a), p.value(b));
  }

  public static boolean nan(int a, int b, HalfPrecision p) {
    return Singles.nan(p.value(a), p.value(b));
  }
}
