package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class ReshapeSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Reshape.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("to a matrix", in -> reshape(in[0], 3, 4), normal(2, 3, 2))
            .expecting(in -> in[0].toDoubles()),
        sample("with one size left open", in -> reshape(in[0], 2, -1, 3), normal(6, 4))
            .expecting(in -> in[0].toDoubles()),
        sample("image to tokens", in -> reshape(in[0], 2, 3, 4), normal(2, 3, 2, 2))
            .expecting(in -> in[0].toDoubles()),
        sample("to itself", in -> reshape(in[0], 2, 3), normal(2, 3))
            .expecting(in -> in[0].toDoubles()),
        sample("to a scalar", in -> reshape(in[0]), normal(1, 1)),
        sample("empty", in -> reshape(in[0], 3, 0, 5), normal(0, 2)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse("reshape: [2,3] cannot become [4]", () -> reshape(x(), 4)),
        new Misuse("reshape: more than one -1 in [-1, -1]", () -> reshape(x(), -1, -1)),
        new Misuse("reshape: [2,3] does not divide by 4 for the -1", () -> reshape(x(), 4, -1)));
  }

  private static Tensor x() {
    return Tensor.of(new double[6], 2, 3);
  }
}
