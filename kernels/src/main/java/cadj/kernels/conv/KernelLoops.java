package cadj.kernels.conv;

import static cadj.kernels.conv.WinogradF4.A;
import static cadj.kernels.conv.WinogradF4.A2;
import static cadj.kernels.conv.WinogradF4.AT_0;
import static cadj.kernels.conv.WinogradF4.AT_A;
import static cadj.kernels.conv.WinogradF4.AT_B;
import static cadj.kernels.conv.WinogradF4.B;
import static cadj.kernels.conv.WinogradF4.B2;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// G g Gᵀ of many kernels g one after the other: [Winograd#weights]. The left G is applied to the
/// three columns of taps, whose rows p and q of the result then meet the right one as they are
/// made: `pq` is column q of row p. All stays in registers, and each tap is read once.
final class KernelLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private KernelLoops() {}

  /// G of [WinogradF2].
  static void fours(
      float[] from,
      int at,
      int step,
      int next,
      float[] to,
      int toAt,
      int toStep,
      int toNext,
      int count) {
    for (int i = 0; i < count; i++) {
      int in = at + i * next;
      int out = toAt + i * toNext;
      FloatVector g00 = FloatVector.fromArray(S, from, in);
      FloatVector g01 = FloatVector.fromArray(S, from, in + step);
      FloatVector g02 = FloatVector.fromArray(S, from, in + 2 * step);
      FloatVector g10 = FloatVector.fromArray(S, from, in + 3 * step);
      FloatVector g11 = FloatVector.fromArray(S, from, in + 4 * step);
      FloatVector g12 = FloatVector.fromArray(S, from, in + 5 * step);
      FloatVector g20 = FloatVector.fromArray(S, from, in + 6 * step);
      FloatVector g21 = FloatVector.fromArray(S, from, in + 7 * step);
      FloatVector g22 = FloatVector.fromArray(S, from, in + 8 * step);
      FloatVector even;
      FloatVector odd;
      g00.intoArray(to, out);
      even = g00.add(g02).mul(0.5f);
      odd = g01.mul(0.5f);
      even.add(odd).intoArray(to, out + toStep);
      even.sub(odd).intoArray(to, out + 2 * toStep);
      g02.intoArray(to, out + 3 * toStep);
      FloatVector even0 = g00.add(g20).mul(0.5f);
      FloatVector odd0 = g10.mul(0.5f);
      FloatVector even1 = g01.add(g21).mul(0.5f);
      FloatVector odd1 = g11.mul(0.5f);
      FloatVector even2 = g02.add(g22).mul(0.5f);
      FloatVector odd2 = g12.mul(0.5f);
      FloatVector t0 = even0.add(odd0);
      FloatVector t1 = even1.add(odd1);
      FloatVector t2 = even2.add(odd2);
      t0.intoArray(to, out + 4 * toStep);
      even = t0.add(t2).mul(0.5f);
      odd = t1.mul(0.5f);
      even.add(odd).intoArray(to, out + 5 * toStep);
      even.sub(odd).intoArray(to, out + 6 * toStep);
      t2.intoArray(to, out + 7 * toStep);
      t0 = even0.sub(odd0);
      t1 = even1.sub(odd1);
      t2 = even2.sub(odd2);
      t0.intoArray(to, out + 8 * toStep);
      even = t0.add(t2).mul(0.5f);
      odd = t1.mul(0.5f);
      even.add(odd).intoArray(to, out + 9 * toStep);
      even.sub(odd).intoArray(to, out + 10 * toStep);
      t2.intoArray(to, out + 11 * toStep);
      g20.intoArray(to, out + 12 * toStep);
      even = g20.add(g22).mul(0.5f);
      odd = g21.mul(0.5f);
      even.add(odd).intoArray(to, out + 13 * toStep);
      even.sub(odd).intoArray(to, out + 14 * toStep);
      g22.intoArray(to, out + 15 * toStep);
    }
  }

  /// G of [WinogradF4].
  static void sixes(
      float[] from,
      int at,
      int step,
      int next,
      float[] to,
      int toAt,
      int toStep,
      int toNext,
      int count) {
    FloatVector fromA2 = FloatVector.broadcast(S, AT_A * A2);
    FloatVector fromB2 = FloatVector.broadcast(S, AT_B * B2);
    for (int i = 0; i < count; i++) {
      int in = at + i * next;
      int out = toAt + i * toNext;
      FloatVector g00 = FloatVector.fromArray(S, from, in);
      FloatVector g01 = FloatVector.fromArray(S, from, in + step);
      FloatVector g02 = FloatVector.fromArray(S, from, in + 2 * step);
      FloatVector g10 = FloatVector.fromArray(S, from, in + 3 * step);
      FloatVector g11 = FloatVector.fromArray(S, from, in + 4 * step);
      FloatVector g12 = FloatVector.fromArray(S, from, in + 5 * step);
      FloatVector g20 = FloatVector.fromArray(S, from, in + 6 * step);
      FloatVector g21 = FloatVector.fromArray(S, from, in + 7 * step);
      FloatVector g22 = FloatVector.fromArray(S, from, in + 8 * step);
      FloatVector even;
      FloatVector odd;
      FloatVector t0 = g00.mul(AT_0);
      FloatVector t1 = g01.mul(AT_0);
      FloatVector t2 = g02.mul(AT_0);
      t0.mul(AT_0).intoArray(to, out);
      even = t2.fma(fromA2, t0.mul(AT_A));
      odd = t1.mul(AT_A * A);
      even.add(odd).intoArray(to, out + toStep);
      even.sub(odd).intoArray(to, out + 2 * toStep);
      even = t2.fma(fromB2, t0.mul(AT_B));
      odd = t1.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 3 * toStep);
      even.sub(odd).intoArray(to, out + 4 * toStep);
      t2.intoArray(to, out + 5 * toStep);
      FloatVector even0 = g20.fma(fromA2, g00.mul(AT_A));
      FloatVector odd0 = g10.mul(AT_A * A);
      FloatVector even1 = g21.fma(fromA2, g01.mul(AT_A));
      FloatVector odd1 = g11.mul(AT_A * A);
      FloatVector even2 = g22.fma(fromA2, g02.mul(AT_A));
      FloatVector odd2 = g12.mul(AT_A * A);
      t0 = even0.add(odd0);
      t1 = even1.add(odd1);
      t2 = even2.add(odd2);
      t0.mul(AT_0).intoArray(to, out + 6 * toStep);
      even = t2.fma(fromA2, t0.mul(AT_A));
      odd = t1.mul(AT_A * A);
      even.add(odd).intoArray(to, out + 7 * toStep);
      even.sub(odd).intoArray(to, out + 8 * toStep);
      even = t2.fma(fromB2, t0.mul(AT_B));
      odd = t1.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 9 * toStep);
      even.sub(odd).intoArray(to, out + 10 * toStep);
      t2.intoArray(to, out + 11 * toStep);
      t0 = even0.sub(odd0);
      t1 = even1.sub(odd1);
      t2 = even2.sub(odd2);
      t0.mul(AT_0).intoArray(to, out + 12 * toStep);
      even = t2.fma(fromA2, t0.mul(AT_A));
      odd = t1.mul(AT_A * A);
      even.add(odd).intoArray(to, out + 13 * toStep);
      even.sub(odd).intoArray(to, out + 14 * toStep);
      even = t2.fma(fromB2, t0.mul(AT_B));
      odd = t1.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 15 * toStep);
      even.sub(odd).intoArray(to, out + 16 * toStep);
      t2.intoArray(to, out + 17 * toStep);
      even0 = g20.fma(fromB2, g00.mul(AT_B));
      odd0 = g10.mul(AT_B * B);
      even1 = g21.fma(fromB2, g01.mul(AT_B));
      odd1 = g11.mul(AT_B * B);
      even2 = g22.fma(fromB2, g02.mul(AT_B));
      odd2 = g12.mul(AT_B * B);
      t0 = even0.add(odd0);
      t1 = even1.add(odd1);
      t2 = even2.add(odd2);
      t0.mul(AT_0).intoArray(to, out + 18 * toStep);
      even = t2.fma(fromA2, t0.mul(AT_A));
      odd = t1.mul(AT_A * A);
      even.add(odd).intoArray(to, out + 19 * toStep);
      even.sub(odd).intoArray(to, out + 20 * toStep);
      even = t2.fma(fromB2, t0.mul(AT_B));
      odd = t1.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 21 * toStep);
      even.sub(odd).intoArray(to, out + 22 * toStep);
      t2.intoArray(to, out + 23 * toStep);
      t0 = even0.sub(odd0);
      t1 = even1.sub(odd1);
      t2 = even2.sub(odd2);
      t0.mul(AT_0).intoArray(to, out + 24 * toStep);
      even = t2.fma(fromA2, t0.mul(AT_A));
      odd = t1.mul(AT_A * A);
      even.add(odd).intoArray(to, out + 25 * toStep);
      even.sub(odd).intoArray(to, out + 26 * toStep);
      even = t2.fma(fromB2, t0.mul(AT_B));
      odd = t1.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 27 * toStep);
      even.sub(odd).intoArray(to, out + 28 * toStep);
      t2.intoArray(to, out + 29 * toStep);
      g20.mul(AT_0).intoArray(to, out + 30 * toStep);
      even = g22.fma(fromA2, g20.mul(AT_A));
      odd = g21.mul(AT_A * A);
      even.add(odd).intoArray(to, out + 31 * toStep);
      even.sub(odd).intoArray(to, out + 32 * toStep);
      even = g22.fma(fromB2, g20.mul(AT_B));
      odd = g21.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 33 * toStep);
      even.sub(odd).intoArray(to, out + 34 * toStep);
      g22.intoArray(to, out + 35 * toStep);
    }
  }
}
