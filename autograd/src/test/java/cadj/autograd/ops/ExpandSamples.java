package cadj.autograd.ops;

import static cadj.autograd.ops.Expand.expand;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class ExpandSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Expand.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("rows", in -> expand(in[0], 2, 3), normal(3))
            .expecting(in -> Plain.zip(in[0], Tensor.of(new double[6], 2, 3), Double::sum)),
        sample("per channel", in -> expand(in[0], 2, 3, 2, 2), normal(1, 3, 1, 1))
            .expecting(in -> Plain.zip(in[0], Tensor.of(new double[24], 2, 3, 2, 2), Double::sum)),
        sample("to itself", in -> expand(in[0], 2, 1), normal(2, 1)),
        sample("empty", in -> expand(in[0], 0, 3), normal(1, 3)),
        sample("of empty", in -> expand(in[0], 2, 0), normal(0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "expand: cannot broadcast [2,3] with [3,3]",
            () -> expand(Tensor.of(new double[6], 2, 3), 3, 3)),
        new Misuse(
            "expand: [2,3] does not broadcast to [3]",
            () -> expand(Tensor.of(new double[6], 2, 3), 3)));
  }
}
