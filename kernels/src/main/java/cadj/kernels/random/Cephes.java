package cadj.kernels.random;

import static java.lang.Math.fma;

/// Logarithm, sine and cosine in single precision: Moshier's Cephes polynomials, with the fused
/// operations that PyTorch's AVX2 build uses, so that normals come out as the same bits.
///
/// Good to about 2 units in the last place, for the arguments that Box & Muller's transform needs
/// only: 0 < x ≤ 1 for [#log], 0 ≤ x ≤ 2π for [#cos] and [#sin].
final class Cephes {
  private static final float[] LOG = {
    7.0376836292E-2f,
    -1.1514610310E-1f,
    1.1676998740E-1f,
    -1.2420140846E-1f,
    1.4249322787E-1f,
    -1.6668057665E-1f,
    2.0000714765E-1f,
    -2.4999993993E-1f,
    3.3333331174E-1f
  };
  private static final float LN2_UPPER = 0.693359375f;
  private static final float LN2_LOWER = -2.12194440e-4f;
  private static final float SQRT_HALF = 0.70710678f;

  private static final float FOUR_OVER_PI = 1.27323954473516f;
  private static final float QUARTER_PI_UPPER = 0.78515625f;
  private static final float QUARTER_PI_MIDDLE = 2.4187564849853515625e-4f;
  private static final float QUARTER_PI_LOWER = 3.77489497744594108e-8f;

  private Cephes() {}

  /// ln x = e·ln 2 + ln(1 + m), where x = 2ᵉ·(1 + m) and √½ ≤ 1 + m < √2
  static float log(float x) {
    float e = Math.getExponent(x) + 1;
    float m = Math.scalb(x, -Math.getExponent(x) - 1);
    if (m < SQRT_HALF) {
      e -= 1;
      m = m - 1 + m;
    } else {
      m -= 1;
    }
    float square = m * m;
    float y = LOG[0];
    for (int i = 1; i < LOG.length; i++) {
      y = fma(y, m, LOG[i]);
    }
    y = fma(y * m, square, e * LN2_LOWER);
    y = fma(-0.5f, square, y);
    return fma(e, LN2_UPPER, m + y);
  }

  static float sin(float x) {
    int octant = evenOctant(x);
    float r = reduce(x, octant);
    float size = (octant & 2) == 0 ? sinPolynomial(r) : cosPolynomial(r);
    return (octant & 4) == 0 ? size : -size;
  }

  static float cos(float x) {
    int octant = evenOctant(x);
    float r = reduce(x, octant);
    float size = (octant & 2) == 0 ? cosPolynomial(r) : sinPolynomial(r);
    return ((octant + 2) & 4) == 0 ? size : -size;
  }

  /// The even multiple of π/4 nearest to x.
  private static int evenOctant(float x) {
    return ((int) (x * FOUR_OVER_PI) + 1) & ~1;
  }

  /// x − octant·π/4, with π/4 in three parts whose products are exact (Cody & Waite).
  private static float reduce(float x, int octant) {
    return x - octant * QUARTER_PI_UPPER - octant * QUARTER_PI_MIDDLE - octant * QUARTER_PI_LOWER;
  }

  private static float cosPolynomial(float r) {
    float square = r * r;
    float y = fma(2.443315711809948E-5f, square, -1.388731625493765E-3f);
    y = fma(y, square, 4.166664568298827E-2f);
    return fma(y * square, square, -0.5f * square) + 1;
  }

  private static float sinPolynomial(float r) {
    float square = r * r;
    float y = fma(-1.9515295891E-4f, square, 8.3321608736E-3f);
    y = fma(y, square, -1.6666654611E-1f);
    return fma(y * square, r, r);
  }
}
