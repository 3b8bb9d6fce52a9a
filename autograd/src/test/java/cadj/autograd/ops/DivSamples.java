package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.List;

final class DivSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Div.class;
  }

  @Override
  public List<Sample> samples() {
    return BroadcastSamples.of(Div::div, (a, b) -> a / b);
  }

  @Override
  public List<Misuse> misuses() {
    return BroadcastSamples.misuses("div", Div::div);
  }
}
