package cadj.autograd.ops;

import static cadj.autograd.ops.Geglu.geglu;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class GegluSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Geglu.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        gate("tokens", 2, 3, 4), gate("one row", 10), gate("wide", 2, 38), gate("no rows", 0, 4));
  }

  private static Sample gate(String name, int... dims) {
    return sample(name, in -> geglu(in[0]), normal(dims)).expecting(in -> plain(in[0]));
  }

  private static double[] plain(Tensor x) {
    int width = x.dim(-1) / 2;
    double[] values = x.toDoubles();
    double[] out = new double[values.length / 2];
    for (int i = 0; i < out.length; i++) {
      int row = i / width * 2 * width;
      double gate = values[row + width + i % width];
      out[i] = values[row + i % width] * gate * normalDistribution(gate);
    }
    return out;
  }

  /// Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/15 + …), Marsaglia 2004.
  private static double normalDistribution(double z) {
    double sum = z;
    double before = 0;
    double term = z;
    for (int i = 3; sum != before; i += 2) {
      before = sum;
      term *= z * z / i;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "geglu: last dimension must split into value and gate, got x [2,3]",
            () -> geglu(Tensor.of(new double[6], 2, 3))));
  }
}
