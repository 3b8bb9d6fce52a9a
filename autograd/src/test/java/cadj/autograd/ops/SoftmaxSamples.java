package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;
import static cadj.autograd.ops.Softmax.softmax;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class SoftmaxSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Softmax.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        along(-1, normal(2, 5)),
        along(1, normal(2, 3, 2, 2)),
        along(0, normal(3, 2)),
        along(0, normal(1)),
        along(-1, Input.of(new double[] {1000, 999, -1000}, 3)),
        sample("empty", in -> softmax(in[0], 1), normal(0, 3)),
        sample("no width", in -> softmax(in[0], -1), normal(2, 0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "softmax: dimension 2 is out of range for [2,3]",
            () -> softmax(Tensor.of(new double[6], 2, 3), 2)),
        new Misuse(
            "softmax: expected F32 or F64, got I64", () -> softmax(Tensor.of(new long[2], 2), 0)));
  }

  private static Sample along(int dim, Input x) {
    return sample("along " + dim, in -> softmax(in[0], dim), x)
        .expecting(in -> Plain.along(in[0], dim, SoftmaxSamples::plain));
  }

  private static double[] plain(double[] x) {
    double max = Arrays.stream(x).max().orElse(0);
    double sum = Arrays.stream(x).map(v -> Math.exp(v - max)).sum();
    return Arrays.stream(x).map(v -> Math.exp(v - max) / sum).toArray();
  }
}
