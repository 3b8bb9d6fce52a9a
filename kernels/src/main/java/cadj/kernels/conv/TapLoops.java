package cadj.kernels.conv;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Kernels of nine taps one after the other, made nine vectors, one for each tap.
///
/// Lane j of vector k of what is stored is tap (L·k + j) mod 9, with L lanes. So in each lane the
/// nine vectors hold the nine taps once, and only their order differs from lane to lane: in the
/// right order of k, vector m's lane j is tap (m + j) mod 9. Turning the vectors of lane j by j, in
/// steps of 1, 2, 4 and 8, leaves one tap in each vector, with the kernels in disorder; L and 9
/// have no common divisor, so a shuffle puts them in order.
final class TapLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /// Which vector is vector 1 in the right order: the inverse of L among remainders of 9.
  private static final int ORDER = L == 16 ? 4 : L == 8 ? 8 : 7;

  private static final VectorMask<Float> BY_1 = turned(1);
  private static final VectorMask<Float> BY_2 = turned(2);
  private static final VectorMask<Float> BY_4 = turned(4);
  private static final VectorMask<Float> BY_8 = turned(8);
  private static final VectorShuffle<Float> TAP_0 = kernels(0);
  private static final VectorShuffle<Float> TAP_1 = kernels(1);
  private static final VectorShuffle<Float> TAP_2 = kernels(2);
  private static final VectorShuffle<Float> TAP_3 = kernels(3);
  private static final VectorShuffle<Float> TAP_4 = kernels(4);
  private static final VectorShuffle<Float> TAP_5 = kernels(5);
  private static final VectorShuffle<Float> TAP_6 = kernels(6);
  private static final VectorShuffle<Float> TAP_7 = kernels(7);
  private static final VectorShuffle<Float> TAP_8 = kernels(8);

  private TapLoops() {}

  /// Taps of `vectors`·L kernels at `at`, and of as many `next` further, `count` times, to vectors
  /// of one tap `step` apart, the next `toNext` further.
  static void turn(
      float[] from,
      int at,
      int next,
      int vectors,
      int count,
      float[] to,
      int toAt,
      int step,
      int toNext) {
    for (int i = 0; i < vectors * count; i++) {
      int in = at + i / vectors * next + i % vectors * 9 * L;
      FloatVector v0 = FloatVector.fromArray(S, from, in);
      FloatVector v1 = FloatVector.fromArray(S, from, in + ORDER % 9 * L);
      FloatVector v2 = FloatVector.fromArray(S, from, in + 2 * ORDER % 9 * L);
      FloatVector v3 = FloatVector.fromArray(S, from, in + 3 * ORDER % 9 * L);
      FloatVector v4 = FloatVector.fromArray(S, from, in + 4 * ORDER % 9 * L);
      FloatVector v5 = FloatVector.fromArray(S, from, in + 5 * ORDER % 9 * L);
      FloatVector v6 = FloatVector.fromArray(S, from, in + 6 * ORDER % 9 * L);
      FloatVector v7 = FloatVector.fromArray(S, from, in + 7 * ORDER % 9 * L);
      FloatVector v8 = FloatVector.fromArray(S, from, in + 8 * ORDER % 9 * L);
      FloatVector a0 = v0.blend(v8, BY_1);
      FloatVector a1 = v1.blend(v0, BY_1);
      FloatVector a2 = v2.blend(v1, BY_1);
      FloatVector a3 = v3.blend(v2, BY_1);
      FloatVector a4 = v4.blend(v3, BY_1);
      FloatVector a5 = v5.blend(v4, BY_1);
      FloatVector a6 = v6.blend(v5, BY_1);
      FloatVector a7 = v7.blend(v6, BY_1);
      FloatVector a8 = v8.blend(v7, BY_1);
      v0 = a0.blend(a7, BY_2);
      v1 = a1.blend(a8, BY_2);
      v2 = a2.blend(a0, BY_2);
      v3 = a3.blend(a1, BY_2);
      v4 = a4.blend(a2, BY_2);
      v5 = a5.blend(a3, BY_2);
      v6 = a6.blend(a4, BY_2);
      v7 = a7.blend(a5, BY_2);
      v8 = a8.blend(a6, BY_2);
      a0 = v0.blend(v5, BY_4);
      a1 = v1.blend(v6, BY_4);
      a2 = v2.blend(v7, BY_4);
      a3 = v3.blend(v8, BY_4);
      a4 = v4.blend(v0, BY_4);
      a5 = v5.blend(v1, BY_4);
      a6 = v6.blend(v2, BY_4);
      a7 = v7.blend(v3, BY_4);
      a8 = v8.blend(v4, BY_4);
      int out = toAt + i / vectors * toNext + i % vectors * L;
      a0.blend(a1, BY_8).rearrange(TAP_0).intoArray(to, out);
      a1.blend(a2, BY_8).rearrange(TAP_1).intoArray(to, out + step);
      a2.blend(a3, BY_8).rearrange(TAP_2).intoArray(to, out + 2 * step);
      a3.blend(a4, BY_8).rearrange(TAP_3).intoArray(to, out + 3 * step);
      a4.blend(a5, BY_8).rearrange(TAP_4).intoArray(to, out + 4 * step);
      a5.blend(a6, BY_8).rearrange(TAP_5).intoArray(to, out + 5 * step);
      a6.blend(a7, BY_8).rearrange(TAP_6).intoArray(to, out + 6 * step);
      a7.blend(a8, BY_8).rearrange(TAP_7).intoArray(to, out + 7 * step);
      a8.blend(a0, BY_8).rearrange(TAP_8).intoArray(to, out + 8 * step);
    }
  }

  /// Lanes j that are turned by `step`: the bits of j mod 9 say by which.
  private static VectorMask<Float> turned(int step) {
    boolean[] lanes = new boolean[L];
    for (int j = 0; j < L; j++) {
      lanes[j] = (j % 9 & step) != 0;
    }
    return VectorMask.fromArray(S, lanes, 0);
  }

  /// The lane in which kernel l's tap lies.
  private static VectorShuffle<Float> kernels(int tap) {
    return VectorShuffle.fromOp(S, l -> (9 * l + tap) % L);
  }
}
