package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

final class AddSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Add.class;
  }

  @Override
  public List<Sample> samples() {
    return BroadcastSamples.of(Add::add, (a, b) -> a + b);
  }

  @Override
  public List<Misuse> misuses() {
    return BroadcastSamples.misuses("add", Add::add);
  }
}
