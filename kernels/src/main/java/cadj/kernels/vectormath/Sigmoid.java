package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The logistic function σ(x) = 1/(1 + e⁻ˣ), from e^(−|x|) so that neither side overflows or
/// cancels.
public final class Sigmoid {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private Sigmoid() {}

  /// σ(x): relative error ≤ 2e-7 for x ≥ −87, exactly 0 below.
  public static FloatVector sigmoid(FloatVector x) {
    FloatVector e = Exp.expNonPositive(x.abs().neg());
    FloatVector s = FloatVector.broadcast(S, 1f).div(e.add(1f));
    return s.blend(s.mul(e), x.compare(LT, 0f));
  }

  /// σ′(x) = σ(x)·σ(−x): relative error ≤ 4e-7 for |x| ≤ 87, exactly 0 beyond.
  public static FloatVector slope(FloatVector x) {
    FloatVector e = Exp.expNonPositive(x.abs().neg());
    FloatVector s = FloatVector.broadcast(S, 1f).div(e.add(1f));
    return e.mul(s).mul(s);
  }

  /// d/dx x·σ(x) = σ(x) + x·σ′(x): absolute error ≤ 3e-7.
  public static FloatVector swishSlope(FloatVector x) {
    FloatVector e = Exp.expNonPositive(x.abs().neg());
    FloatVector s = FloatVector.broadcast(S, 1f).div(e.add(1f));
    FloatVector small = s.mul(e);
    return x.mul(small).fma(s, s.blend(small, x.compare(LT, 0f)));
  }
}
