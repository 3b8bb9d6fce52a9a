package cadj.kernels.roofline;

import cadj.kernels.vectormath.Carried;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What [CpuRoofline] times: loops that are compiled by themselves, see [cadj.kernels.vectormath].
final class RooflineLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  /// Independent sums: an FMA takes about four cycles, and two can start in each.
  private static final int CHAINS = 12;

  /// Multiply-adds of a round of [#fma].
  static final int FMAS = CHAINS * LANES;

  private RooflineLoops() {}

  /// One local variable for each chain: arrays of vectors would live in memory.
  static float fma(float start, int rounds) {
    FloatVector x = FloatVector.broadcast(S, 0.999f);
    FloatVector y = FloatVector.broadcast(S, start + 1e-3f);
    FloatVector s0 = y;
    FloatVector s1 = y;
    FloatVector s2 = y;
    FloatVector s3 = y;
    FloatVector s4 = y;
    FloatVector s5 = y;
    FloatVector s6 = y;
    FloatVector s7 = y;
    FloatVector s8 = y;
    FloatVector s9 = y;
    FloatVector s10 = y;
    FloatVector s11 = y;
    for (int i = 0; i < rounds; i++) {
      s0 = x.fma(Carried.of(s0), y);
      s1 = x.fma(Carried.of(s1), y);
      s2 = x.fma(Carried.of(s2), y);
      s3 = x.fma(Carried.of(s3), y);
      s4 = x.fma(Carried.of(s4), y);
      s5 = x.fma(Carried.of(s5), y);
      s6 = x.fma(Carried.of(s6), y);
      s7 = x.fma(Carried.of(s7), y);
      s8 = x.fma(Carried.of(s8), y);
      s9 = x.fma(Carried.of(s9), y);
      s10 = x.fma(Carried.of(s10), y);
      s11 = x.fma(Carried.of(s11), y);
    }
    FloatVector low = Carried.of(s0).add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector high = Carried.of(s6).add(s7).add(s8).add(s9).add(s10).add(s11);
    return low.add(high).lane(0) * 1e-9f;
  }

  /// Reads `x`, a multiple of four vectors.
  static float sum(float[] x) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < x.length; i += 4 * LANES) {
      s0 = FloatVector.fromArray(S, x, i).add(Carried.of(s0));
      s1 = FloatVector.fromArray(S, x, i + LANES).add(Carried.of(s1));
      s2 = FloatVector.fromArray(S, x, i + 2 * LANES).add(Carried.of(s2));
      s3 = FloatVector.fromArray(S, x, i + 3 * LANES).add(Carried.of(s3));
    }
    return Carried.of(s0).add(s1).add(s2).add(s3).lane(0);
  }

  /// a = b + ½·c, which reads two arrays and writes one.
  static void triad(float[] a, float[] b, float[] c) {
    FloatVector scale = FloatVector.broadcast(S, 0.5f);
    for (int i = 0; i < a.length; i += LANES) {
      FloatVector.fromArray(S, c, i).fma(scale, FloatVector.fromArray(S, b, i)).intoArray(a, i);
    }
  }
}
