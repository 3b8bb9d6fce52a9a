package cadj.autograd.ops;

import static cadj.autograd.ops.Conv2d.conv2d;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.autograd.ops.Conv2d.Window;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;

final class Conv2dSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Conv2d.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        biased("3x3", Window.same(1), normal(2, 3, 4, 5), normal(2, 3, 3, 3)),
        biased("1x1", Window.same(0), normal(2, 3, 2, 3), normal(4, 3, 1, 1)),
        biased("stride 2", Window.of(2, 1), normal(1, 2, 5, 4), normal(3, 2, 3, 3)),
        biased(
            "padded right and bottom",
            Window.asymmetric(2, 0, 0, 1, 1),
            normal(1, 2, 4, 5),
            normal(3, 2, 3, 3)),
        biased("groups", Window.same(1).grouped(2), normal(1, 4, 3, 3), normal(6, 2, 3, 3)),
        biased("one pixel", Window.same(1), normal(1, 3, 1, 1), normal(2, 3, 3, 3)),
        biased("valid, even kernel", Window.same(0), normal(1, 2, 4, 3), normal(2, 2, 2, 2)),
        biased(
            "large, in single precision's fast paths",
            Window.same(1),
            normal(1, 9, 9, 11),
            normal(17, 9, 3, 3)),
        biased("no images", Window.same(1), normal(0, 3, 4, 5), normal(2, 3, 3, 3)),
        sample(
                "no bias, x and weight of one shape",
                in -> conv2d(in[0], in[1], null, Window.same(1)),
                normal(2, 2, 3, 3),
                normal(2, 2, 3, 3))
            .expecting(in -> plain(Window.same(1), in[0], in[1], new double[2])),
        sample(
                "with values per image",
                in -> conv2d(in[0], in[1], in[2], in[3], null, Window.same(1)),
                normal(2, 3, 4, 5),
                normal(2, 3, 3, 3),
                normal(2),
                normal(2, 2))
            .expecting(
                in ->
                    plus(
                        plain(Window.same(1), in[0], in[1], in[2].toDoubles()), in[3].toDoubles())),
        sample(
                "with residual, no bias, x of its shape",
                in -> conv2d(in[0], in[1], null, null, in[2], Window.same(1)),
                normal(2, 3, 4, 5),
                normal(3, 3, 3, 3),
                normal(2, 3, 4, 5))
            .expecting(
                in -> plus(plain(Window.same(1), in[0], in[1], new double[3]), in[2].toDoubles())),
        sample(
                "with all that can be added",
                in -> conv2d(in[0], in[1], in[2], in[3], in[4], Window.of(2, 1)),
                normal(3, 2, 5, 4),
                normal(3, 2, 3, 3),
                normal(3),
                normal(3, 3),
                normal(3, 3, 3, 2))
            .expecting(
                in ->
                    plus(
                        plus(
                            plain(Window.of(2, 1), in[0], in[1], in[2].toDoubles()),
                            in[4].toDoubles()),
                        in[3].toDoubles())),
        sample(
                "no images, with all that can be added",
                in -> conv2d(in[0], in[1], in[2], in[3], in[4], Window.same(1)),
                normal(0, 3, 4, 5),
                normal(2, 3, 3, 3),
                normal(2),
                normal(0, 2),
                normal(0, 2, 4, 5))
            .expecting(in -> new double[0]));
  }

  /// `values` plus what is added, each of which goes to as many neighbours as there are of it.
  private static double[] plus(double[] values, double... added) {
    Arrays.setAll(values, i -> values[i] + added[i * added.length / values.length]);
    return values;
  }

  private static Sample biased(String name, Window window, Input x, Input weight) {
    return sample(
            name,
            in -> conv2d(in[0], in[1], in[2], window),
            x,
            weight,
            random -> normal(weight.draw(random).dim(0)).draw(random))
        .expecting(in -> plain(window, in[0], in[1], in[2].toDoubles()));
  }

  /// The sum of the definition, pixel by pixel.
  private static double[] plain(Window window, Tensor x, Tensor weight, double[] bias) {
    int outputs = weight.dim(0);
    int kh = weight.dim(2);
    int kw = weight.dim(3);
    int height = (x.dim(2) + window.padTop() + window.padBottom() - kh) / window.strideH() + 1;
    int width = (x.dim(3) + window.padLeft() + window.padRight() - kw) / window.strideW() + 1;
    double[] out = new double[x.dim(0) * outputs * height * width];
    for (int at = 0; at < out.length; at++) {
      int n = at / width / height / outputs;
      int o = at / width / height % outputs;
      int top = at / width % height * window.strideH() - window.padTop();
      int left = at % width * window.strideW() - window.padLeft();
      int firstChannel = o / (outputs / window.groups()) * weight.dim(1);
      double sum = bias[o];
      for (int c = 0; c < weight.dim(1); c++) {
        for (int u = Math.max(0, -top); u < kh && top + u < x.dim(2); u++) {
          for (int v = Math.max(0, -left); v < kw && left + v < x.dim(3); v++) {
            sum += weight.get(o, c, u, v) * x.get(n, firstChannel + c, top + u, left + v);
          }
        }
      }
      out[at] = sum;
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor x = zeros(2, 3, 8, 8);
    return List.of(
        new Misuse(
            "conv2d: weight [5,4,3,3] expects 4 channels in x (dim 1), got x [2,3,8,8]",
            () -> conv2d(x, zeros(5, 4, 3, 3), null, Window.same(1))),
        new Misuse(
            "conv2d: x must have 4 dimensions, got [3,8,8]",
            () -> conv2d(zeros(3, 8, 8), zeros(5, 3, 3, 3), null, Window.same(1))),
        new Misuse(
            "conv2d: 3 groups do not divide the 5 outputs of weight [5,1,3,3]",
            () -> conv2d(x, zeros(5, 1, 3, 3), null, Window.same(1).grouped(3))),
        new Misuse(
            "conv2d: bias must have shape [5], got [3]",
            () -> conv2d(x, zeros(5, 3, 3, 3), zeros(3), Window.same(1))),
        new Misuse(
            "conv2d: perImage must have shape [2,5], got [5,2]",
            () ->
                conv2d(x, zeros(5, 3, 3, 3), null, zeros(5, 2), zeros(2, 5, 8, 8), Window.same(1))),
        new Misuse(
            "conv2d: residual must be shaped like y [2,5,8,8], got [2,3,8,8]",
            () -> conv2d(x, zeros(5, 3, 3, 3), zeros(5), zeros(2, 5), x, Window.same(1))),
        new Misuse(
            "conv2d: kernel of weight [5,3,9,9] exceeds x [2,3,8,8] padded to 8×8",
            () -> conv2d(x, zeros(5, 3, 9, 9), null, Window.same(0))));
  }

  private static Tensor zeros(int... dims) {
    return Tensor.zeros(DType.F64, Shape.of(dims));
  }
}
