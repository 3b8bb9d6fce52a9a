package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;
import static cadj.autograd.ops.Slice.slice;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

final class SliceSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Slice.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("rows", in -> slice(in[0], 0, 1, 3), normal(4, 2))
            .expecting(in -> Arrays.copyOfRange(in[0].toDoubles(), 2, 6)),
        sample("channels", in -> slice(in[0], 1, 1, 3), normal(2, 4, 2, 2)),
        sample("last", in -> slice(in[0], -1, 2, 3), normal(2, 3)),
        sample("everything", in -> slice(in[0], 0, 0, 3), normal(3)),
        sample("nothing", in -> slice(in[0], 0, 3, 3), normal(3)).expecting(in -> new double[0]),
        sample("empty", in -> slice(in[0], 0, 1, 2), normal(3, 0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "slice: dimension 2 is out of range for [2,3]",
            () -> slice(Tensor.of(new double[6], 2, 3), 2, 0, 1)),
        new Misuse(
            "slice: 1 to 4 is out of range for dimension 1 of [2,3]",
            () -> slice(Tensor.of(new double[6], 2, 3), 1, 1, 4)));
  }
}
