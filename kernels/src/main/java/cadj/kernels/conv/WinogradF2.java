package cadj.kernels.conv;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// F(2,3) through the points 0, 1, −1 and ∞: 16 products for four outputs.
record WinogradF2() implements Winograd {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  @Override
  public int outputs() {
    return 2;
  }

  @Override
  public String words() {
    return "Winograd F2";
  }

  @Override
  public double weightCost() {
    return 340;
  }

  @Override
  public double sumCost() {
    return 380;
  }

  @Override
  public void input(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector d0 = FloatVector.fromArray(SPECIES, from, at);
    FloatVector d1 = FloatVector.fromArray(SPECIES, from, at + step);
    FloatVector d2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
    FloatVector d3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
    d0.sub(d2).intoArray(to, toAt);
    d1.add(d2).intoArray(to, toAt + toStep);
    d2.sub(d1).intoArray(to, toAt + 2 * toStep);
    d3.sub(d1).intoArray(to, toAt + 3 * toStep);
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
    KernelLoops.fours(from, at, step, next, to, toAt, toStep, toNext, count);
  }

  @Override
  public void output(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + step);
    FloatVector y2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
    FloatVector y3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
    FloatVector.fromArray(SPECIES, from, at).add(y1.add(y2)).intoArray(to, toAt);
    y1.sub(y2).add(y3).intoArray(to, toAt + toStep);
  }

  @Override
  public void outputAdjoint(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector y0 = FloatVector.fromArray(SPECIES, from, at);
    FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + step);
    y0.intoArray(to, toAt);
    y0.add(y1).intoArray(to, toAt + toStep);
    y0.sub(y1).intoArray(to, toAt + 2 * toStep);
    y1.intoArray(to, toAt + 3 * toStep);
  }

  @Override
  public void weightsAdjoint(float[] from, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector u1 = FloatVector.fromArray(SPECIES, from, at + step).mul(0.5f);
    FloatVector u2 = FloatVector.fromArray(SPECIES, from, at + 2 * step).mul(0.5f);
    FloatVector even = u1.add(u2);
    FloatVector.fromArray(SPECIES, from, at).add(even).intoArray(to, toAt);
    u1.sub(u2).intoArray(to, toAt + toStep);
    even.add(FloatVector.fromArray(SPECIES, from, at + 3 * step)).intoArray(to, toAt + 2 * toStep);
  }
}
