package cadj.kernels.conv;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// F(4,3) through the points 0, ±a, ±b and ∞: 36 products for sixteen outputs.
///
/// The usual ±1 and ±2 err twice as much as a = ¾, b = 1½, whose powers are just as exact: points
/// should lie about 1, two of them within and two without, and far enough from one another. With
/// f(x) = x(x²−a²)(x²−b²), row p of Bᵀ has the coefficients of f(x)/(x−p), row p of G is (1, p,
/// p²)/f′(p), and column p of Aᵀ is (1, p, p², p³).
record WinogradF4() implements Winograd {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final float A = 0.75f;
  static final float B = 1.5f;
  static final float A2 = A * A;
  static final float B2 = B * B;

  /// 1/f′ at 0, ±a, ±b.
  static final float AT_0 = 1 / (A2 * B2);

  static final float AT_A = 1 / (2 * A2 * (A2 - B2));
  static final float AT_B = 1 / (2 * B2 * (B2 - A2));

  @Override
  public int outputs() {
    return 4;
  }

  @Override
  public String words() {
    return "Winograd F4";
  }

  @Override
  public double weightCost() {
    return 445;
  }

  @Override
  public double sumCost() {
    return 530;
  }

  @Override
  public void input(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector d0 = FloatVector.fromArray(SPECIES, from, at);
    FloatVector d1 = FloatVector.fromArray(SPECIES, from, at + step);
    FloatVector d2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
    FloatVector d3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
    FloatVector d4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
    FloatVector d5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
    FloatVector minusA2 = FloatVector.broadcast(SPECIES, -A2);
    FloatVector minusB2 = FloatVector.broadcast(SPECIES, -B2);
    FloatVector product = FloatVector.broadcast(SPECIES, A2 * B2);
    FloatVector sum = FloatVector.broadcast(SPECIES, -(A2 + B2));
    d0.fma(product, d2.fma(sum, d4)).intoArray(to, toAt);
    d1.fma(product, d3.fma(sum, d5)).intoArray(to, toAt + 5 * toStep);
    // d·x(x+p)(x²−q²) and the same with −p. In a method of its own it is not always inlined.
    FloatVector even = d2.fma(minusB2, d4);
    FloatVector odd = d1.fma(minusB2, d3).mul(A);
    even.add(odd).intoArray(to, toAt + toStep);
    even.sub(odd).intoArray(to, toAt + 2 * toStep);
    even = d2.fma(minusA2, d4);
    odd = d1.fma(minusA2, d3).mul(B);
    even.add(odd).intoArray(to, toAt + 3 * toStep);
    even.sub(odd).intoArray(to, toAt + 4 * toStep);
  }

  @Override
  public void weights(
      float[] from,
      int at,
      int step,
      int next,
      float[] to,
      int toAt,
      int toStep,
      int toNext,
      int count) {
    KernelLoops.sixes(from, at, step, next, to, toAt, toStep, toNext, count);
  }

  @Override
  public void output(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + step);
    FloatVector y2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
    FloatVector y3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
    FloatVector y4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
    FloatVector evenA = y1.add(y2);
    FloatVector oddA = y1.sub(y2);
    FloatVector evenB = y3.add(y4);
    FloatVector oddB = y3.sub(y4);
    FloatVector.fromArray(SPECIES, from, at).add(evenA.add(evenB)).intoArray(to, toAt);
    oddA.mul(A).add(oddB.mul(B)).intoArray(to, toAt + toStep);
    evenA.mul(A2).add(evenB.mul(B2)).intoArray(to, toAt + 2 * toStep);
    oddA.mul(A2 * A)
        .add(oddB.mul(B2 * B))
        .add(FloatVector.fromArray(SPECIES, from, at + 5 * step))
        .intoArray(to, toAt + 3 * toStep);
  }

  @Override
  public void outputAdjoint(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector y0 = FloatVector.fromArray(SPECIES, from, at);
    FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + step);
    FloatVector y2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
    FloatVector y3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
    y0.intoArray(to, toAt);
    FloatVector even = y0.add(y2.mul(A2));
    FloatVector odd = y1.mul(A).add(y3.mul(A2 * A));
    even.add(odd).intoArray(to, toAt + toStep);
    even.sub(odd).intoArray(to, toAt + 2 * toStep);
    even = y0.add(y2.mul(B2));
    odd = y1.mul(B).add(y3.mul(B2 * B));
    even.add(odd).intoArray(to, toAt + 3 * toStep);
    even.sub(odd).intoArray(to, toAt + 4 * toStep);
    y3.intoArray(to, toAt + 5 * toStep);
  }

  @Override
  public void weightsAdjoint(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector u1 = FloatVector.fromArray(SPECIES, from, at + step);
    FloatVector u2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
    FloatVector u3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
    FloatVector u4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
    FloatVector evenA = u1.add(u2).mul(AT_A);
    FloatVector oddA = u1.sub(u2).mul(AT_A * A);
    FloatVector evenB = u3.add(u4).mul(AT_B);
    FloatVector oddB = u3.sub(u4).mul(AT_B * B);
    FloatVector.fromArray(SPECIES, from, at).mul(AT_0).add(evenA.add(evenB)).intoArray(to, toAt);
    oddA.add(oddB).intoArray(to, toAt + toStep);
    evenA
        .mul(A2)
        .add(evenB.mul(B2))
        .add(FloatVector.fromArray(SPECIES, from, at + 5 * step))
        .intoArray(to, toAt + 2 * toStep);
  }
}
