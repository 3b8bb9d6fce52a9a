package cadj.autograd.ops;

import static cadj.autograd.ops.BatchNorm.batchNormTraining;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class BatchNormTrainingSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return BatchNormTraining.class;
  }

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
            in -> batchNormTraining(in[0], in[1], in[2], eps),
            normal(dims),
            normal(dims[1]),
            normal(dims[1]))
        .expecting(in -> plain(in[0], in[1], in[2], eps));
  }

  private static double[] plain(Tensor x, Tensor weight, Tensor bias, float eps) {
    int channels = x.dim(1);
    int pixels = x.shape().product(2, x.rank());
    int images = x.dim(0);
    double[] values = x.toDoubles();
    double[] byChannel = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      byChannel[place(i, images, channels, pixels)] = values[i];
    }
    double[] normalised = Normalised.runs(byChannel, Math.max(1, images * pixels), eps);
    for (int i = 0; i < values.length; i++) {
      int c = i / pixels % channels;
      values[i] = normalised[place(i, images, channels, pixels)] * weight.get(c) + bias.get(c);
    }
    return values;
  }

  /// Where element `i` of [N,C,P] lies in [C,N,P].
  private static int place(int i, int images, int channels, int pixels) {
    int image = i / pixels / channels;
    int channel = i / pixels % channels;
    return (channel * images + image) * pixels + i % pixels;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[3], 1, 3, 1);
    Tensor weight = Tensor.of(new double[3], 3);
    return List.of(
        new Misuse(
            "batchNormTraining: expected more than one value per channel, got x [1,3,1]",
            () -> batchNormTraining(x, weight, weight, 1e-5f)),
        new Misuse(
            "batchNormTraining: weight must have shape [2], got [3]",
            () -> batchNormTraining(Tensor.of(new double[4], 2, 2), weight, weight, 1e-5f)));
  }
}
