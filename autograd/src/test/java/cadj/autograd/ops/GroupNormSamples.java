package cadj.autograd.ops;

import static cadj.autograd.ops.GroupNorm.groupNorm;
import static cadj.autograd.ops.GroupNorm.groupNormSilu;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class GroupNormSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return GroupNorm.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        norm("images", 2, 1e-5f, 2, 4, 3, 2),
        norm("one group", 1, 1e-5f, 2, 4, 3),
        norm("a group per channel", 4, 1e-5f, 2, 4, 3),
        norm("vectors", 2, 1e-5f, 3, 6),
        norm("large eps", 2, 0.5f, 1, 6, 2, 3),
        norm("many channels", 3, 1e-6f, 1, 33, 5, 4),
        norm("no images", 2, 1e-5f, 0, 4, 3, 2),
        sample(
                "silu",
                in -> groupNormSilu(in[0], 2, in[1], in[2], 1e-5f),
                normal(2, 4, 3, 2),
                normal(4),
                normal(4))
            .expecting(in -> silu(plain(in[0], 2, in[1], in[2], 1e-5f))));
  }

  private static Sample norm(String name, int groups, float eps, int... dims) {
    return sample(
            name,
            in -> groupNorm(in[0], groups, in[1], in[2], eps),
            normal(dims),
            normal(dims[1]),
            normal(dims[1]))
        .expecting(in -> plain(in[0], groups, in[1], in[2], eps));
  }

  /// [N,C,*] row-major: a sample's groups are runs, and so are their channels.
  private static double[] plain(Tensor x, int groups, Tensor weight, Tensor bias, float eps) {
    int channels = x.dim(1);
    int pixels = x.shape().product(2, x.rank());
    double[] out = Normalised.runs(x.toDoubles(), Math.max(1, channels / groups * pixels), eps);
    for (int i = 0; i < out.length; i++) {
      int c = i / pixels % channels;
      out[i] = out[i] * weight.get(c) + bias.get(c);
    }
    return out;
  }

  private static double[] silu(double[] z) {
    return Arrays.stream(z).map(v -> v / (1 + Math.exp(-v))).toArray();
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[24], 1, 6, 4);
    Tensor weight = Tensor.of(new double[6], 6);
    return List.of(
        new Misuse(
            "groupNorm: 4 groups do not divide the 6 channels of x [1,6,4]",
            () -> groupNorm(x, 4, weight, weight, 1e-5f)),
        new Misuse(
            "groupNorm: weight must have shape [6], got [1,6,4]",
            () -> groupNorm(x, 2, x, weight, 1e-5f)),
        new Misuse(
            "groupNorm: x must have at least 2 dimensions, got [6]",
            () -> groupNorm(weight, 2, weight, weight, 1e-5f)));
  }
}
