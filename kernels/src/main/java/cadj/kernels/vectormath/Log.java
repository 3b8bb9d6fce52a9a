package cadj.kernels.vectormath;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Natural logarithm: x = 2ᵉ·m with √½ ≤ m < √2; log x = e·ln 2 + log(1+f), f = m − 1.
public final class Log {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private static final int SQRT_HALF_BITS = Float.floatToRawIntBits((float) Math.sqrt(0.5));
  private static final float LN2_HI = 0.6931472f;
  private static final float LN2_LO = -1.9046542e-9f;

  private Log() {}

  /// log x over all floats, subnormals included: relative error ≤ 1e-7. log 0 = −∞, log of a
  /// negative number is NaN.
  public static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(LT, Float.MIN_NORMAL);
    FloatVector t = x.blend(x.mul(0x1p23f), subnormal);
    IntVector bits = t.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
    FloatVector f = bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats().sub(1f);
    FloatVector e = (FloatVector) exponent.convert(I2F, 0);
    e = e.blend(e.sub(23f), subnormal);

    FloatVector p = cubicPart(f);
    FloatVector f2 = f.mul(f);
    FloatVector y = p.mul(f).fma(f2, e.mul(LN2_LO));
    y = f2.fma(broadcast(S, -0.5f), y).add(f);
    y = e.fma(broadcast(S, LN2_HI), y);

    y = y.blend(x, x.compare(EQ, Float.POSITIVE_INFINITY).or(x.compare(EQ, x).not()));
    y = y.blend(Float.NaN, x.compare(LT, 0f));
    return y.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0f));
  }

  /// (log(1+f) − f + f²/2)/f³.
  private static FloatVector cubicPart(FloatVector f) {
    FloatVector p = broadcast(S, -7.638189e-2f);
    p = p.fma(f, broadcast(S, 0.12764764f));
    p = p.fma(f, broadcast(S, -0.1316019f));
    p = p.fma(f, broadcast(S, 0.14201273f));
    p = p.fma(f, broadcast(S, -0.16623315f));
    p = p.fma(f, broadcast(S, 0.2000125f));
    p = p.fma(f, broadcast(S, -0.25000823f));
    return p.fma(f, broadcast(S, 0.3333333f));
  }
}
