package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

final class SubSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Sub.class;
  }

  @Override
  public List<Sample> samples() {
    return BroadcastSamples.of(Sub::sub, (a, b) -> a - b);
  }

  @Override
  public List<Misuse> misuses() {
    return BroadcastSamples.misuses("sub", Sub::sub);
  }
}
