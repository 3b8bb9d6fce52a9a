package cadj.kernels.adamw;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One pass over parameter, gradient and both moments.
final class AdamWVector implements AdamWKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int GRAIN = 1 << 14;

  private final Cpu cpu;

  AdamWVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void step(Buffer p, Buffer g, Buffer m, Buffer v, AdamWRates rates, int t) {
    F32 param = F32.of(p);
    F32 grad = F32.of(g.slice(0, p.length()));
    F32 mean = F32.of(m.slice(0, p.length()));
    F32 square = F32.of(v.slice(0, p.length()));
    float rate = (float) (rates.lr() / (1 - Math.pow(rates.beta1(), t)));
    float root = (float) (1 / Math.sqrt(1 - Math.pow(rates.beta2(), t)));
    cpu.parallelRange(
        param.length(),
        GRAIN,
        (from, to) -> range(param, grad, mean, square, rates, rate, root, from, to));
  }

  private static void range(
      F32 p, F32 g, F32 m, F32 v, AdamWRates rates, float rate, float root, int from, int to) {
    float decay = 1 - rates.lr() * rates.weightDecay();
    int i = from;
    for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
      FloatVector grad = FloatVector.fromArray(SPECIES, g.array(), g.offset() + i);
      FloatVector mean =
          FloatVector.fromArray(SPECIES, m.array(), m.offset() + i)
              .mul(rates.beta1())
              .add(grad.mul(1 - rates.beta1()));
      FloatVector square =
          FloatVector.fromArray(SPECIES, v.array(), v.offset() + i)
              .mul(rates.beta2())
              .add(grad.mul(1 - rates.beta2()).mul(grad));
      mean.intoArray(m.array(), m.offset() + i);
      square.intoArray(v.array(), v.offset() + i);
      FloatVector denominator = square.sqrt().mul(root).add(rates.eps());
      FloatVector.fromArray(SPECIES, p.array(), p.offset() + i)
          .mul(decay)
          .sub(mean.mul(rate).div(denominator))
          .intoArray(p.array(), p.offset() + i);
    }
    for (; i < to; i++) {
      float grad = g.array()[g.offset() + i];
      float mean = m.array()[m.offset() + i] * rates.beta1() + grad * (1 - rates.beta1());
      float square = v.array()[v.offset() + i] * rates.beta2() + grad * (1 - rates.beta2()) * grad;
      m.array()[m.offset() + i] = mean;
      v.array()[v.offset() + i] = square;
      float denominator = (float) Math.sqrt(square) * root + rates.eps();
      p.array()[p.offset() + i] = p.array()[p.offset() + i] * decay - mean * rate / denominator;
    }
  }
}
