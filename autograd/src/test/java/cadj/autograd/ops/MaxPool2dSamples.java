package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import java.util.Arrays;
import java.util.List;

final class MaxPool2dSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return MaxPool2d.class;
  }

  @Override
  public List<Sample> samples() {
    return PoolingSamples.of(
        MaxPool2d::maxPool2d,
        Double.NEGATIVE_INFINITY,
        window -> Arrays.stream(window).max().getAsDouble());
  }

  @Override
  public List<Misuse> misuses() {
    return PoolingSamples.misuses("maxPool2d", MaxPool2d::maxPool2d);
  }
}
