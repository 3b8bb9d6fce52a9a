package cadj.kernels.accumulate;

import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.GT;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Blocks of elements in parallel, whose totals are then added in order: the same bits for any
/// number of threads.
final class AccumulateVector implements AccumulateKernel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, S.vectorShape());
  private static final int BLOCK = 1 << 15;

  private final Cpu cpu;

  AccumulateVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void accumulate(Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer totals) {
    int n = sum.length();
    F32 s = F32.of(sum);
    F32 c = F32.of(carry.slice(0, n));
    F32 g = F32.of(gradient.slice(0, n));
    F32 w = F32.of(weight.slice(0, n));
    F32 out = F32.of(totals.slice(0, 2));
    int blocks = Math.ceilDiv(n, BLOCK);
    double[] positive = new double[blocks];
    double[] negative = new double[blocks];
    cpu.parallelRange(
        n, BLOCK, (from, to) -> block(s, c, g, w, from, to, positive, negative, from / BLOCK));
    out.set(0, inOrder(positive));
    out.set(1, inOrder(negative));
  }

  private static void block(
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
    DoubleVector lowerPositive = DoubleVector.zero(D);
    DoubleVector upperPositive = lowerPositive;
    DoubleVector lowerNegative = lowerPositive;
    DoubleVector upperNegative = lowerPositive;
    int i = from;
    for (; i <= to - S.length(); i += S.length()) {
      FloatVector before = FloatVector.fromArray(S, sum.array(), sum.offset() + i);
      FloatVector g = FloatVector.fromArray(S, gradient.array(), gradient.offset() + i);
      FloatVector addend = g.sub(FloatVector.fromArray(S, carry.array(), carry.offset() + i));
      FloatVector next = before.add(addend);
      next.sub(before).sub(addend).intoArray(carry.array(), carry.offset() + i);
      next.intoArray(sum.array(), sum.offset() + i);
      FloatVector score = FloatVector.fromArray(S, weight.array(), weight.offset() + i).mul(g);
      DoubleVector lower = (DoubleVector) score.convertShape(F2D, D, 0);
      DoubleVector upper = (DoubleVector) score.convertShape(F2D, D, 1);
      VectorMask<Double> lowerIs = lower.compare(GT, 0);
      VectorMask<Double> upperIs = upper.compare(GT, 0);
      lowerPositive = lowerPositive.add(lower, lowerIs);
      upperPositive = upperPositive.add(upper, upperIs);
      lowerNegative = lowerNegative.add(lower, lowerIs.not());
      upperNegative = upperNegative.add(upper, upperIs.not());
    }
    double above = inOrder(lowerPositive.add(upperPositive).toArray());
    double below = inOrder(lowerNegative.add(upperNegative).toArray());
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

  private static double inOrder(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
