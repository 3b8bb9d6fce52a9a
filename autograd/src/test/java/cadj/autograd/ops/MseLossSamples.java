package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static cadj.autograd.ops.Sample.sample;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class MseLossSamples implements OpSamples {
  @Override
  public Class<?> op() {
    return MseLoss.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("mean", in -> mseLoss(in[0], in[1]), normal(2, 3), normal(2, 3))
            .expecting(in -> new double[] {squares(in) / 6}),
        sample("sum", in -> sumSquaredDifference(in[0], in[1]), normal(2, 3), normal(2, 3))
            .expecting(in -> new double[] {squares(in)}),
        sample("sum of none", in -> sumSquaredDifference(in[0], in[1]), normal(0), normal(0))
            .expecting(in -> new double[1]));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "mseLoss: target must be of x's shape [2], got [1]",
            () -> mseLoss(Tensor.of(new double[2], 2), Tensor.of(new double[1], 1))),
        new Misuse(
            "sumSquaredDifference: target must be of x's shape [2], got [1]",
            () -> sumSquaredDifference(Tensor.of(new double[2], 2), Tensor.of(new double[1], 1))));
  }

  private static double squares(Tensor... in) {
    return Arrays.stream(Plain.zip(in[0], in[1], (a, b) -> (a - b) * (a - b))).sum();
  }
}
