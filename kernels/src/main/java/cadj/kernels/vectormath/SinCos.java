package cadj.kernels.vectormath;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Sine and cosine: x = n·π/2 + r with |r| ≤ π/4; n mod 4 chooses ±sin r or ±cos r.
///
/// π/2 is subtracted in three parts by fused multiply-adds, which is exact enough up to |x| = 10⁵;
/// a vector with a larger lane goes to `StrictMath`, lane by lane.
public final class SinCos {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private static final float LIMIT = 1e5f;
  private static final float ROUND = 0x1.8p23f;
  private static final float TWO_OVER_PI = (float) (2 / Math.PI);
  private static final float HALF_PI_1 = 1.5707964f;
  private static final float HALF_PI_2 = -4.371139e-8f;
  private static final float HALF_PI_3 = -1.7151245e-15f;

  private SinCos() {}

  /// sin x: relative error ≤ 2e-7.
  public static FloatVector sin(FloatVector x) {
    return x.abs().compare(GT, LIMIT).anyTrue() ? exactly(x, 0) : quadrant(x, 0);
  }

  /// cos x: relative error ≤ 2e-7.
  public static FloatVector cos(FloatVector x) {
    return x.abs().compare(GT, LIMIT).anyTrue() ? exactly(x, 1) : quadrant(x, 1);
  }

  /// sin(x + turn·π/2).
  private static FloatVector quadrant(FloatVector x, int turn) {
    FloatVector rounded = x.fma(broadcast(S, TWO_OVER_PI), broadcast(S, ROUND));
    FloatVector n = rounded.sub(ROUND);
    FloatVector r = n.fma(broadcast(S, -HALF_PI_1), x);
    r = n.fma(broadcast(S, -HALF_PI_2), r);
    r = n.fma(broadcast(S, -HALF_PI_3), r);
    FloatVector r2 = r.mul(r);

    FloatVector p = broadcast(S, -1.95179e-4f);
    p = p.fma(r2, broadcast(S, 8.332187e-3f));
    p = p.fma(r2, broadcast(S, -0.16666655f));
    FloatVector sin = p.mul(r2).fma(r, r);

    FloatVector q = broadcast(S, 2.4432327e-5f);
    q = q.fma(r2, broadcast(S, -1.388731e-3f));
    q = q.fma(r2, broadcast(S, 4.1666646e-2f));
    q = q.fma(r2, broadcast(S, -0.5f));
    FloatVector cos = q.fma(r2, broadcast(S, 1f));

    IntVector quarter = rounded.reinterpretAsInts().add(turn);
    VectorMask<Float> odd = quarter.lanewise(AND, 1).compare(EQ, 1).cast(S);
    IntVector sign = quarter.lanewise(AND, 2).lanewise(LSHL, 30);
    return sin.blend(cos, odd).reinterpretAsInts().lanewise(XOR, sign).reinterpretAsFloats();
  }

  private static FloatVector exactly(FloatVector x, int turn) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) (turn == 0 ? StrictMath.sin(lanes[i]) : StrictMath.cos(lanes[i]));
    }
    return FloatVector.fromArray(S, lanes, 0);
  }
}
