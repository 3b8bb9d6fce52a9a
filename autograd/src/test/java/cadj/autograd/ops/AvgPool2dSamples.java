package cadj.autograd.ops;

import static cadj.autograd.ops.AvgPool2d.globalAvgPool2d;

import cadj.autograd.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class AvgPool2dSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return AvgPool2d.class;
  }

  @Override
  public List<Sample> samples() {
    List<Sample> samples =
        new ArrayList<>(
            PoolingSamples.of(
                AvgPool2d::avgPool2d, 0, window -> Arrays.stream(window).sum() / window.length));
    samples.add(
        Sample.sample("all pixels", in -> globalAvgPool2d(in[0]), Input.normal(2, 3, 2, 5))
            .expecting(in -> pixelMeans(in[0].toDoubles(), 10)));
    return samples;
  }

  private static double[] pixelMeans(double[] x, int pixels) {
    double[] means = new double[x.length / pixels];
    for (int i = 0; i < x.length; i++) {
      means[i / pixels] += x[i] / pixels;
    }
    return means;
  }

  @Override
  public List<Misuse> misuses() {
    return PoolingSamples.misuses("avgPool2d", AvgPool2d::avgPool2d);
  }
}
