package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

final class MulSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Mul.class;
  }

  @Override
  public List<Sample> samples() {
    return BroadcastSamples.of(Mul::mul, (a, b) -> a * b);
  }

  @Override
  public List<Misuse> misuses() {
    return BroadcastSamples.misuses("mul", Mul::mul);
  }
}
