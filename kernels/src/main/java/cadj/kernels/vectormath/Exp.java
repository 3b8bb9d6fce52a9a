package cadj.kernels.vectormath;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Exponentials: x = n·ln 2 + r with n whole and |r| ≤ ½ ln 2; eˣ = 2ⁿ·eʳ, eʳ by a polynomial.
///
/// Adding 1.5·2²³ rounds to a whole number, which then stands in the low bits of the sum: shifted
/// by 23 they are the exponent field to add, so no conversion to integers is needed.
public final class Exp {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private static final float ROUND = 0x1.8p23f;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HI = 0.6931472f;
  private static final float LN2_LO = -1.9046542e-9f;

  private Exp() {}

  /// eˣ over all floats: relative error ≤ 1e-7 where the result is a normal number; below that
  /// gradual underflow to 0, above overflow to infinity.
  public static FloatVector exp(FloatVector x) {
    FloatVector t = clamp(x, -104, 89);
    FloatVector rounded = t.fma(broadcast(S, LOG2_E), broadcast(S, ROUND));
    FloatVector y = expOfRest(t, rounded.sub(ROUND));
    IntVector n = rounded.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUND));
    IntVector half = n.lanewise(ASHR, 1);
    // 2ⁿ in two factors: either alone would leave the range of floats at both ends.
    return y.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
  }

  /// eˣ for x ≤ 0: relative error ≤ 1e-7 for x ≥ −87, exactly 0 below.
  public static FloatVector expNonPositive(FloatVector x) {
    FloatVector rounded = x.fma(broadcast(S, LOG2_E), broadcast(S, ROUND));
    FloatVector y = expOfRest(x, rounded.sub(ROUND));
    // Last, off the chain of the polynomial, which means nothing for such x.
    return timesPowerOfTwo(y, rounded).blend(0f, x.compare(LT, -87f));
  }

  /// 2ˣ for x ≤ 0: relative error ≤ 1e-7 for x ≥ −126, exactly 0 below.
  public static FloatVector exp2NonPositive(FloatVector x) {
    FloatVector rounded = x.add(ROUND);
    FloatVector r = x.sub(rounded.sub(ROUND));
    FloatVector p = broadcast(S, 1.5327842e-4f);
    p = p.fma(r, broadcast(S, 1.3390998e-3f));
    p = p.fma(r, broadcast(S, 9.618503e-3f));
    p = p.fma(r, broadcast(S, 5.5503596e-2f));
    p = p.fma(r, broadcast(S, 0.24022648f));
    p = p.fma(r, broadcast(S, 0.6931472f));
    p = p.fma(r, broadcast(S, 1f));
    // Last, off the chain of the polynomial, which means nothing for such x.
    return timesPowerOfTwo(p, rounded).blend(0f, x.compare(LT, -126f));
  }

  /// eʳ for r = x − n·ln 2.
  private static FloatVector expOfRest(FloatVector x, FloatVector n) {
    FloatVector r = n.fma(broadcast(S, -LN2_HI), x);
    r = n.fma(broadcast(S, -LN2_LO), r);
    FloatVector p = broadcast(S, 1.382008e-3f);
    p = p.fma(r, broadcast(S, 8.368684e-3f));
    p = p.fma(r, broadcast(S, 4.1668274e-2f));
    p = p.fma(r, broadcast(S, 0.16666521f));
    p = p.fma(r, broadcast(S, 0.49999994f));
    return p.fma(r.mul(r), r).add(1f);
  }

  /// y·2ⁿ where n stands in the low bits of `rounded` and the result is a normal number.
  private static FloatVector timesPowerOfTwo(FloatVector y, FloatVector rounded) {
    IntVector exponent = rounded.reinterpretAsInts().lanewise(LSHL, 23);
    return y.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }

  /// By comparisons, so that NaN stays NaN.
  private static FloatVector clamp(FloatVector x, float low, float high) {
    FloatVector t = x.blend(low, x.compare(LT, low));
    return t.blend(high, t.compare(GT, high));
  }
}
