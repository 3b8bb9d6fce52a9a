package cadj.autograd.ops;

import static cadj.autograd.ops.BatchNorm.batchNorm;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Tape;
import cadj.tensor.Tensor;
import java.util.List;

final class BatchNormSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return BatchNorm.class;
  }

  private static final Tensor MEAN = Tensor.of(new double[] {0.5, -1, 2}, 3);
  private static final Tensor VAR = Tensor.of(new double[] {2, 0.3, 1}, 3);

  @Override
  public List<Sample> samples() {
    return List.of(
        norm("images", 1e-5f, 2, 3, 2, 3),
        norm("sequences", 1e-5f, 2, 3, 4),
        norm("vectors", 0.5f, 4, 3),
        norm("no images", 1e-5f, 0, 3, 2, 2));
  }

  private static Sample norm(String name, float eps, int... dims) {
    return sample(
            name,
            in ->
                batchNorm(in[0], MEAN.to(in[0].dtype()), VAR.to(in[0].dtype()), in[1], in[2], eps),
            normal(dims),
            normal(3),
            normal(3))
        .expecting(in -> plain(in[0], in[1], in[2], eps));
  }

  private static double[] plain(Tensor x, Tensor weight, Tensor bias, float eps) {
    double[] out = x.toDoubles();
    int pixels = x.shape().product(2, x.rank());
    for (int i = 0; i < out.length; i++) {
      int c = i / pixels % 3;
      double normalised = (out[i] - MEAN.get(c)) / Math.sqrt(VAR.get(c) + eps);
      out[i] = normalised * weight.get(c) + bias.get(c);
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[12], 2, 3, 2);
    Tensor wrong = Tensor.of(new double[2], 2);
    return List.of(
        new Misuse(
            "batchNorm: runningMean must have shape [3], got [2]",
            () -> batchNorm(x, wrong, VAR, VAR, VAR, 1e-5f)),
        new Misuse(
            "batchNorm: bias must have shape [3], got [2]",
            () -> batchNorm(x, MEAN, VAR, VAR, wrong, 1e-5f)),
        new Misuse(
            "batchNorm has no derivative by input 1",
            () -> Tape.record(List.of(MEAN), tape -> batchNorm(x, MEAN, VAR, VAR, VAR, 1e-5f))));
  }
}
