package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Sample.sample;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class MeanSamples implements OpSamples {
  @Override
  public Class<?> op() {
    return Mean.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("all", in -> mean(in[0]), normal(2, 3, 2))
            .expecting(
                in -> new double[] {Arrays.stream(in[0].toDoubles()).average().orElseThrow()}),
        sample("over images", in -> mean(in[0], true, 2, 3), normal(2, 3, 2, 4))
            .expecting(in -> Arrays.stream(Plain.sum(in[0], 2, 3)).map(v -> v / 8).toArray()),
        sample("over -1", in -> mean(in[0], false, -1), normal(2, 3))
            .expecting(in -> Arrays.stream(Plain.sum(in[0], -1)).map(v -> v / 3).toArray()),
        sample("of none", in -> mean(in[0]), normal(0)).expecting(in -> new double[] {Double.NaN}));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "mean: dimension 2 is out of range for [2,3]",
            () -> mean(Tensor.of(new double[6], 2, 3), false, 2)));
  }
}
