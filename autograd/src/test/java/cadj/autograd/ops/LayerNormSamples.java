package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.LayerNorm.layerNorm;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class LayerNormSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return LayerNorm.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        norm("tokens", 1e-5f, 2, 3, 5),
        norm("one row", 1e-5f, 7),
        norm("large eps", 0.5f, 3, 4),
        norm("wide", 1e-6f, 2, 37),
        norm("no rows", 1e-5f, 0, 4),
        sample("no weight", in -> layerNorm(in[0], 1e-6f), normal(3, 2, 5))
            .expecting(in -> Normalised.runs(in[0].toDoubles(), 5, 1e-6f)),
        sample("no weight, no rows", in -> layerNorm(in[0], 1e-6f), normal(0, 4))
            .expecting(in -> new double[0]));
  }

  private static Sample norm(String name, float eps, int... dims) {
    int width = dims[dims.length - 1];
    return sample(
            name,
            in -> layerNorm(in[0], in[1], in[2], eps),
            normal(dims),
            normal(width),
            normal(width))
        .expecting(in -> plain(in[0], in[1], in[2], eps));
  }

  private static double[] plain(Tensor x, Tensor weight, Tensor bias, float eps) {
    int width = x.dim(-1);
    double[] out = Normalised.runs(x.toDoubles(), width, eps);
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] * weight.get(i % width) + bias.get(i % width);
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[24], 4, 6);
    Tensor right = Tensor.of(new double[6], 6);
    Tensor wrong = Tensor.of(new double[4], 4);
    return List.of(
        new Misuse(
            "layerNorm: weight must have shape [6], got [4]",
            () -> layerNorm(x, wrong, right, 1e-5f)),
        new Misuse(
            "layerNorm: bias must have shape [6], got [4]",
            () -> layerNorm(x, right, wrong, 1e-5f)));
  }
}
