package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;
import static cadj.autograd.ops.Sum.sum;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class SumSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Sum.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("all", in -> sum(in[0]), normal(2, 3, 2))
            .expecting(in -> new double[] {Arrays.stream(in[0].toDoubles()).sum()}),
        sample("of a scalar", in -> sum(in[0]), normal()).expecting(in -> in[0].toDoubles()),
        over(false, 0),
        over(false, 1),
        over(false, -1),
        over(false, 0, 2),
        over(true, 0, 2, 3),
        over(true, 1, 3),
        over(false, 3, 1, 0),
        over(true),
        sample("of none", in -> sum(in[0], false, 0), normal(0, 3)).expecting(in -> new double[3]),
        sample("empty", in -> sum(in[0], false, 0), normal(3, 0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "sum: dimension 2 is out of range for [2,3]",
            () -> sum(Tensor.of(new double[6], 2, 3), false, 2)),
        new Misuse(
            "sum: dimension -1 of [2,3] is named twice",
            () -> sum(Tensor.of(new double[6], 2, 3), false, 1, -1)));
  }

  private static Sample over(boolean keepDim, int... dims) {
    return sample(
            "over " + Arrays.toString(dims), in -> sum(in[0], keepDim, dims), normal(2, 3, 2, 4))
        .expecting(in -> Plain.sum(in[0], dims));
  }
}
