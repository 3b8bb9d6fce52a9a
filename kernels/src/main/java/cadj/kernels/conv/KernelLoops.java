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

/// Rows of G g Gᵀ, of many kernels g one after the other: [Winograd#weightRow], where `c0`, `c1`
/// and `c2` are the row of the left G. Nine taps are read for each row, which is quicker than to
/// store what one G makes of them for the other.
final class KernelLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private KernelLoops() {}

  /// G of [WinogradF2].
  static void fours(
      float c0,
      float c1,
      float c2,
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
      FloatVector t0 = FloatVector.fromArray(S, from, in).mul(c0);
      FloatVector t1 = FloatVector.fromArray(S, from, in + step).mul(c0);
      FloatVector t2 = FloatVector.fromArray(S, from, in + 2 * step).mul(c0);
      FloatVector g = FloatVector.broadcast(S, c1);
      t0 = FloatVector.fromArray(S, from, in + 3 * step).fma(g, t0);
      t1 = FloatVector.fromArray(S, from, in + 4 * step).fma(g, t1);
      t2 = FloatVector.fromArray(S, from, in + 5 * step).fma(g, t2);
      g = FloatVector.broadcast(S, c2);
      t0 = FloatVector.fromArray(S, from, in + 6 * step).fma(g, t0);
      t1 = FloatVector.fromArray(S, from, in + 7 * step).fma(g, t1);
      t2 = FloatVector.fromArray(S, from, in + 8 * step).fma(g, t2);
      int out = toAt + i * toNext;
      FloatVector even = t0.add(t2).mul(0.5f);
      FloatVector odd = t1.mul(0.5f);
      t0.intoArray(to, out);
      even.add(odd).intoArray(to, out + toStep);
      even.sub(odd).intoArray(to, out + 2 * toStep);
      t2.intoArray(to, out + 3 * toStep);
    }
  }

  /// G of [WinogradF4].
  static void sixes(
      float c0,
      float c1,
      float c2,
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
      FloatVector t0 = FloatVector.fromArray(S, from, in).mul(c0);
      FloatVector t1 = FloatVector.fromArray(S, from, in + step).mul(c0);
      FloatVector t2 = FloatVector.fromArray(S, from, in + 2 * step).mul(c0);
      FloatVector g = FloatVector.broadcast(S, c1);
      t0 = FloatVector.fromArray(S, from, in + 3 * step).fma(g, t0);
      t1 = FloatVector.fromArray(S, from, in + 4 * step).fma(g, t1);
      t2 = FloatVector.fromArray(S, from, in + 5 * step).fma(g, t2);
      g = FloatVector.broadcast(S, c2);
      t0 = FloatVector.fromArray(S, from, in + 6 * step).fma(g, t0);
      t1 = FloatVector.fromArray(S, from, in + 7 * step).fma(g, t1);
      t2 = FloatVector.fromArray(S, from, in + 8 * step).fma(g, t2);
      int out = toAt + i * toNext;
      t0.mul(AT_0).intoArray(to, out);
      FloatVector even = t2.fma(FloatVector.broadcast(S, AT_A * A2), t0.mul(AT_A));
      FloatVector odd = t1.mul(AT_A * A);
      even.add(odd).intoArray(to, out + toStep);
      even.sub(odd).intoArray(to, out + 2 * toStep);
      even = t2.fma(FloatVector.broadcast(S, AT_B * B2), t0.mul(AT_B));
      odd = t1.mul(AT_B * B);
      even.add(odd).intoArray(to, out + 3 * toStep);
      even.sub(odd).intoArray(to, out + 4 * toStep);
      t2.intoArray(to, out + 5 * toStep);
    }
  }
}
