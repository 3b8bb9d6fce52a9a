package cadj.autograd.ops;

import static cadj.autograd.ops.Clamp.clamp;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class ClampSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Clamp.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("inside and outside", in -> clamp(in[0], -0.5f, 0.75f), normal(3, 4))
            .expecting(in -> Plain.map(in[0], v -> Math.min(Math.max(v, -0.5), 0.75))),
        sample("image", in -> clamp(in[0], -1, 1), normal(2, 3, 2, 2)),
        sample("empty", in -> clamp(in[0], -1, 1), normal(0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "clamp: expected low ≤ high, got 1.0 and -1.0",
            () -> clamp(Tensor.of(new double[2], 2), 1, -1)),
        new Misuse(
            "clamp: expected F32 or F64, got I64", () -> clamp(Tensor.of(new long[2], 2), 0, 1)));
  }
}
