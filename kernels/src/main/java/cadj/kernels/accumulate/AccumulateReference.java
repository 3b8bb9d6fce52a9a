package cadj.kernels.accumulate;

import cadj.kernels.device.Buffer;

/// The definition of [AccumulateKernel].
final class AccumulateReference implements AccumulateKernel {
  @Override
  public void accumulate(Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer totals) {
    double positive = 0;
    double negative = 0;
    for (int i = 0; i < sum.length(); i++) {
      double before = sum.get(i);
      double addend = gradient.get(i) - carry.get(i);
      sum.set(i, before + addend);
      carry.set(i, sum.get(i) - before - addend);
      double score = weight.get(i) * gradient.get(i);
      if (score > 0) {
        positive += score;
      } else {
        negative += score;
      }
    }
    totals.set(0, positive);
    totals.set(1, negative);
  }
}
