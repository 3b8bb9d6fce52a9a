package cadj.autograd.ops;

import static cadj.autograd.ops.CrossEntropy.crossEntropy;
import static cadj.autograd.ops.Input.ids;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.tensor.Tensor;
import java.util.List;

final class CrossEntropySamples implements OpSamples {
  @Override
  public Class<?> op() {
    return CrossEntropy.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("rows", in -> crossEntropy(in[0], in[1]), normal(4, 3), ids(3, 4))
            .expecting(in -> new double[] {plain(in[0], in[1])}),
        sample("empty", in -> crossEntropy(in[0], in[1]), normal(0, 3), ids(3, 0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "nllLoss: targets must be [2] for logp [2,3], got [3]",
            () -> crossEntropy(Tensor.of(new double[6], 2, 3), Tensor.of(new long[3], 3))));
  }

  private static double plain(Tensor logits, Tensor targets) {
    double sum = 0;
    for (int n = 0; n < logits.dim(0); n++) {
      double others = 0;
      for (int c = 0; c < logits.dim(1); c++) {
        others += Math.exp(logits.get(n, c) - logits.get(n, (int) targets.get(n)));
      }
      sum += Math.log(others);
    }
    return sum / logits.dim(0);
  }
}
