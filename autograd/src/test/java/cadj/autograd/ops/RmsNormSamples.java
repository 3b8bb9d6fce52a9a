package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.RmsNorm.rmsNorm;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class RmsNormSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return RmsNorm.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        norm("tokens", 1e-6f, 2, 3, 5),
        norm("heads", 1e-6f, 1, 2, 3, 4),
        norm("one row", 1e-6f, 7),
        norm("large eps", 0.5f, 3, 4),
        norm("wide", 1e-5f, 2, 37),
        norm("no rows", 1e-6f, 0, 4));
  }

  private static Sample norm(String name, float eps, int... dims) {
    int width = dims[dims.length - 1];
    return sample(name, in -> rmsNorm(in[0], in[1], eps), normal(dims), normal(width))
        .expecting(in -> plain(in[0], in[1], eps));
  }

  private static double[] plain(Tensor x, Tensor weight, float eps) {
    int width = x.dim(-1);
    double[] out = x.toDoubles();
    for (int from = 0; from < out.length; from += width) {
      double meanSquare = 0;
      for (int i = 0; i < width; i++) {
        meanSquare += Math.pow(out[from + i], 2) / width;
      }
      for (int i = 0; i < width; i++) {
        out[from + i] *= weight.get(i) / Math.sqrt(meanSquare + eps);
      }
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[24], 4, 6);
    Tensor wrong = Tensor.of(new double[4], 4);
    return List.of(
        new Misuse("rmsNorm: weight must have shape [6], got [4]", () -> rmsNorm(x, wrong, 1e-6f)),
        new Misuse(
            "rmsNorm: x must have at least 1 dimension, got []",
            () -> rmsNorm(Tensor.of(new double[1]), wrong, 1e-6f)));
  }
}
