package cadj.kernels.accumulate;

import static jdk.incubator.vector.VectorOperators.GT;

import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Doubles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The loop of [AccumulateVector], which is compiled by itself, see [cadj.kernels.vectormath].
final class AccumulateLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private AccumulateLoops() {}

  /// Elements `from` … `to − 1`. positive[block] and negative[block] become the sums of their
  /// scores by sign, where NaN counts as negative.
  static void block(
      F32 sum,
      F32 carry,
      F32 gradient,
      F32 weight,
      int from,
      int to,
      double[] positive,
      double[] negative,
      int block) {
    // Scores are added in double, those of the lower and of the upper lanes apart.
    DoubleVector zero = DoubleVector.zero(Doubles.SPECIES);
    DoubleVector lowerPositive = zero;
    DoubleVector upperPositive = zero;
    DoubleVector lowerNegative = zero;
    DoubleVector upperNegative = zero;
    int i = from;
    for (; i <= to - S.length(); i += S.length()) {
      FloatVector before = FloatVector.fromArray(S, sum.array(), sum.offset() + i);
      FloatVector g = FloatVector.fromArray(S, gradient.array(), gradient.offset() + i);
      FloatVector addend = g.sub(FloatVector.fromArray(S, carry.array(), carry.offset() + i));
      FloatVector next = before.add(addend);
      next.sub(before).sub(addend).intoArray(carry.array(), carry.offset() + i);
      next.intoArray(sum.array(), sum.offset() + i);
      FloatVector score = FloatVector.fromArray(S, weight.array(), weight.offset() + i).mul(g);
      DoubleVector lower = Doubles.lower(score);
      DoubleVector upper = Doubles.upper(score);
      VectorMask<Double> lowerIsPositive = lower.compare(GT, 0);
      VectorMask<Double> upperIsPositive = upper.compare(GT, 0);
      lowerPositive = zero.blend(lower, lowerIsPositive).add(Carried.of(lowerPositive));
      upperPositive = zero.blend(upper, upperIsPositive).add(Carried.of(upperPositive));
      lowerNegative = lower.blend(0, lowerIsPositive).add(Carried.of(lowerNegative));
      upperNegative = upper.blend(0, upperIsPositive).add(Carried.of(upperNegative));
    }
    double above = inOrder(Carried.of(lowerPositive).add(Carried.of(upperPositive)).toArray());
    double below = inOrder(Carried.of(lowerNegative).add(Carried.of(upperNegative)).toArray());
    for (; i < to; i++) {
      float before = sum.array()[sum.offset() + i];
      float g = gradient.array()[gradient.offset() + i];
      float addend = g - carry.array()[carry.offset() + i];
      float next = before + addend;
      carry.array()[carry.offset() + i] = next - before - addend;
      sum.array()[sum.offset() + i] = next;
      float score = weight.array()[weight.offset() + i] * g;
      if (score > 0) {
        above += score;
      } else {
        below += score;
      }
    }
    positive[block] = above;
    negative[block] = below;
  }

  static double inOrder(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
