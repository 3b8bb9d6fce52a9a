package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Linear.linear;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class LinearSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Linear.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        biased("rows", normal(4, 3), normal(2, 3), normal(2)),
        biased("square", normal(3, 3), normal(3, 3), normal(3)),
        biased("tokens", normal(2, 5, 3), normal(4, 3), normal(4)),
        biased("one vector", normal(3), normal(2, 3), normal(2)),
        biased("no rows", normal(0, 3), normal(2, 3), normal(2)),
        biased("pixels", normal(2, 2, 3, 4), normal(5, 4), normal(5)),
        sample("no bias", in -> linear(in[0], in[1], null), normal(2, 5, 3), normal(4, 3))
            .expecting(in -> plain(in[0], in[1], new double[4])),
        sample(
                "with residual",
                in -> linear(in[0], in[1], in[2], in[3]),
                normal(2, 5, 3),
                normal(4, 3),
                normal(4),
                normal(2, 5, 4))
            .expecting(in -> plus(plain(in[0], in[1], in[2].toDoubles()), in[3])),
        sample(
                "with residual, no bias, all of one shape",
                in -> linear(in[0], in[1], null, in[2]),
                normal(3, 3),
                normal(3, 3),
                normal(3, 3))
            .expecting(in -> plus(plain(in[0], in[1], new double[3]), in[2])),
        sample(
                "no rows, with residual",
                in -> linear(in[0], in[1], null, in[2]),
                normal(0, 3),
                normal(2, 3),
                normal(0, 2))
            .expecting(in -> new double[0]));
  }

  private static double[] plus(double[] values, Tensor residual) {
    double[] r = residual.toDoubles();
    Arrays.setAll(values, i -> values[i] + r[i]);
    return values;
  }

  private static Sample biased(String name, Input x, Input weight, Input bias) {
    return sample(name, in -> linear(in[0], in[1], in[2]), x, weight, bias)
        .expecting(in -> plain(in[0], in[1], in[2].toDoubles()));
  }

  private static double[] plain(Tensor x, Tensor weight, double[] bias) {
    int width = weight.dim(1);
    int outputs = weight.dim(0);
    double[] values = x.toDoubles();
    double[] out = new double[values.length / width * outputs];
    for (int i = 0; i < out.length; i++) {
      out[i] = bias[i % outputs];
      for (int p = 0; p < width; p++) {
        out[i] += values[i / outputs * width + p] * weight.get(i % outputs, p);
      }
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[30], 2, 5, 3);
    Tensor weight = Tensor.of(new double[12], 4, 3);
    return List.of(
        new Misuse(
            "linear: weight [3,5] expects 5 features in x (last dim), got x [2,5,3]",
            () -> linear(x, Tensor.of(new double[15], 3, 5), null)),
        new Misuse("linear: weight must have 2 dimensions, got [2,5,3]", () -> linear(x, x, null)),
        new Misuse(
            "linear: bias must have shape [4], got [3]",
            () -> linear(x, weight, Tensor.of(new double[3], 3))),
        new Misuse(
            "linear: residual must be shaped like y [2,5,4], got [2,5,3]",
            () -> linear(x, weight, Tensor.of(new double[4], 4), x)));
  }
}
