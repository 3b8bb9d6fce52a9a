package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.Arrays;
import java.util.List;

final class AvgPool2dSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return AvgPool2d.class;
  }

  @Override
  public List<Sample> samples() {
    return PoolingSamples.of(
        AvgPool2d::avgPool2d, 0, window -> Arrays.stream(window).sum() / window.length);
  }

  @Override
  public List<Misuse> misuses() {
    return PoolingSamples.misuses("avgPool2d", AvgPool2d::avgPool2d);
  }
}
