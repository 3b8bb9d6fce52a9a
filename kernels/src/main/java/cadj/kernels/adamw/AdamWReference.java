package cadj.kernels.adamw;

import cadj.kernels.device.Buffer;

/// The definition of [AdamWKernel].
final class AdamWReference implements AdamWKernel {
  @Override
  public void step(Buffer p, Buffer g, Buffer m, Buffer v, AdamWRates rates, int t) {
    double correction1 = 1 - Math.pow(rates.beta1(), t);
    double correction2 = 1 - Math.pow(rates.beta2(), t);
    for (int i = 0; i < p.length(); i++) {
      double decayed = p.get(i) * (1 - (double) rates.lr() * rates.weightDecay());
      double mean = rates.beta1() * m.get(i) + (1 - (double) rates.beta1()) * g.get(i);
      double square = rates.beta2() * v.get(i) + (1 - (double) rates.beta2()) * g.get(i) * g.get(i);
      double denominator = Math.sqrt(square / correction2) + rates.eps();
      m.set(i, mean);
      v.set(i, square);
      p.set(i, decayed - rates.lr() * (mean / correction1) / denominator);
    }
  }
}
