package cadj.kernels.vectormath;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// GELU with tanh in the place of erf, Hendrycks & Gimpel 2016 (arXiv:1606.08415):
///
/// ```
/// f(x) = ½x·(1 + tanh(z/2)) = x·σ(z),   z = 2√(2/π)·(x + 0.044715·x³) = x·(A + B·x²)
/// ```
///
/// From e^(−|z|), as in [Sigmoid]: no side overflows or cancels.
public final class TanhGelu {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /// A = 2√(2/π) in two parts. The first has 20 bits after the point, so that A_HI − q is exact for
  /// every float q = A_HI + B·x² < 16.
  private static final float A_HI = 0x1.98845p0f;

  private static final float A_LO = 1.930779e-7f;

  /// B = 0.044715·A.
  private static final float B_HI = 7.1354814e-2f;

  private static final float B_LO = 2.3988325e-9f;

  /// Where e^(−|z|) is 0.
  private static final float LARGEST = 11;

  private TanhGelu() {}

  /// f(x): relative error ≤ 3e-7 for x ≥ −9.9, 0 (within 2e-37) below.
  public static FloatVector value(FloatVector x) {
    FloatVector e = tail(x);
    FloatVector s = broadcast(S, 1f).div(e.add(1f));
    return x.mul(s.blend(s.mul(e), x.compare(LT, 0f)));
  }

  /// f′(x) = σ(z) + x·z′·σ(z)·σ(−z), z′ = A + 3B·x²: absolute error ≤ 3e-7.
  public static FloatVector slope(FloatVector x) {
    FloatVector e = tail(x);
    FloatVector s = broadcast(S, 1f).div(e.add(1f));
    FloatVector small = s.mul(e);
    // x² may overflow where σ(−z) is 0.
    FloatVector a = x.abs().min(LARGEST);
    FloatVector dz = a.mul(a).fma(broadcast(S, 3 * B_HI), broadcast(S, A_HI + A_LO));
    return x.mul(small).mul(dz).fma(s, s.blend(small, x.compare(LT, 0f)));
  }

  /// e^(−|z|): relative error ≤ 2e-7 for |x| ≤ 9.9, 0 (within 1e-37) beyond.
  private static FloatVector tail(FloatVector x) {
    FloatVector a = x.abs().min(LARGEST);
    FloatVector square = a.mul(a);
    FloatVector q = square.fma(broadcast(S, B_HI), broadcast(S, A_HI));
    FloatVector z = a.mul(q);
    FloatVector e = Exp.expNonPositive(z.neg());
    // What roundings lost: of A + B·x² first, then of a times that. z reaches 87, so without
    // these e^(−z) would be off by as many units of its last place.
    FloatVector lost = square.fma(broadcast(S, B_HI), broadcast(S, A_HI).sub(q)).add(A_LO);
    lost = square.fma(broadcast(S, B_LO), lost);
    lost = a.fma(a, square.neg()).fma(broadcast(S, B_HI), lost);
    lost = a.fma(lost, a.fma(q, z.neg()));
    return e.sub(e.mul(lost));
  }
}
