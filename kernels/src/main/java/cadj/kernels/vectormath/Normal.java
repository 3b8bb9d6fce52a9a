package cadj.kernels.vectormath;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The standard normal distribution, Φ(x) = ½(1 + erf(x/√2)): what GELU is made of.
///
/// The lower tail is e^(−x²/2)·R(|x|), where R(a) = ½·erfcx(a/√2) is smooth and falls like 1/a: a
/// polynomial in t = 1/(1 + p·a), the form of Abramowitz & Stegun 7.1.26 refitted to relative
/// error. The other side is 1 minus the tail. The same exponential serves the density.
public final class Normal {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private static final float P = 0.26f;

  /// φ(x) = INV_SQRT_2PI·bell(x).
  public static final float INV_SQRT_2PI = (float) (1 / Math.sqrt(2 * Math.PI));

  private Normal() {}

  /// x·Φ(x): relative error ≤ 6e-7 for x ≥ −13, 0 (within 1e-37) below.
  public static FloatVector gelu(FloatVector x) {
    return x.mul(cdf(x, bell(x)));
  }

  /// d/dx x·Φ(x) = Φ(x) + x·φ(x): absolute error ≤ 3e-7.
  public static FloatVector geluSlope(FloatVector x) {
    FloatVector bell = bell(x);
    return x.mul(bell).fma(broadcast(S, INV_SQRT_2PI), cdf(x, bell));
  }

  /// e^(−x²/2): relative error ≤ 2e-7 for |x| ≤ 13.1, 0 (within 1e-37) beyond.
  public static FloatVector bell(FloatVector x) {
    FloatVector a = x.abs();
    a = a.blend(15f, a.compare(GT, 15f));
    FloatVector square = a.mul(a);
    // What rounding the square lost: up to 88·2⁻²⁴ in the exponent.
    FloatVector lost = a.fma(a, square.neg());
    FloatVector e = Exp.expNonPositive(square.mul(-0.5f));
    return e.fma(lost.mul(-0.5f), e);
  }

  /// Φ(x) with `bell` = [#bell] of x: relative error ≤ 6e-7 for x ≥ −13, ≤ 1e-37 below.
  public static FloatVector cdf(FloatVector x, FloatVector bell) {
    FloatVector a = x.abs();
    FloatVector t = broadcast(S, 1f).div(a.fma(broadcast(S, P), broadcast(S, 1f)));
    FloatVector r = broadcast(S, 2.9960366e-2f);
    r = r.fma(t, broadcast(S, -0.15018813f));
    r = r.fma(t, broadcast(S, 0.24604622f));
    r = r.fma(t, broadcast(S, -0.1447284f));
    r = r.fma(t, broadcast(S, 0.15665188f));
    r = r.fma(t, broadcast(S, 5.28599e-2f));
    r = r.fma(t, broadcast(S, 0.10255999f));
    r = r.fma(t, broadcast(S, 0.10308304f));
    r = r.fma(t, broadcast(S, 0.10375513f));
    FloatVector tail = r.mul(t).mul(bell);
    return tail.blend(broadcast(S, 1f).sub(tail), x.compare(GT, 0f));
  }
}
