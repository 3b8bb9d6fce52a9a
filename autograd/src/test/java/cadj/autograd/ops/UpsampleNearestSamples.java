package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;
import static cadj.autograd.ops.UpsampleNearest.upsampleNearest;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class UpsampleNearestSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return UpsampleNearest.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        enlarge("twofold", 4, 6, 2, 3, 2, 3),
        enlarge("to a size", 5, 7, 1, 2, 3, 4),
        enlarge("same size", 3, 2, 1, 2, 3, 2),
        enlarge("smaller", 2, 3, 1, 2, 5, 4),
        enlarge("no images", 4, 6, 0, 3, 2, 3));
  }

  private static Sample enlarge(String name, int height, int width, int... dims) {
    return sample(name, in -> upsampleNearest(in[0], height, width), normal(dims))
        .expecting(in -> plain(in[0], height, width));
  }

  private static double[] plain(Tensor x, int height, int width) {
    double[] out = new double[x.dim(0) * x.dim(1) * height * width];
    for (int at = 0; at < out.length; at++) {
      int image = at / width / height;
      int i = at / width % height * x.dim(2) / height;
      int j = at % width * x.dim(3) / width;
      out[at] = x.get(image / x.dim(1), image % x.dim(1), i, j);
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = Tensor.of(new double[12], 1, 2, 2, 3);
    return List.of(
        new Misuse(
            "upsampleNearest: cannot bring x [1,2,2,3] to 0×6", () -> upsampleNearest(x, 0, 6)),
        new Misuse(
            "upsampleNearest: x must have 4 dimensions, got [4,3]",
            () -> upsampleNearest(x.reshape(4, 3), 4, 6)));
  }
}
