package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.sum.SumKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;

/// Parameters with one value per channel: the weights and biases of normalisations, the biases of
/// convolutions.
final class PerChannel {
  private PerChannel() {}

  /// Requires input `i`, if it is there, to be [channels].
  static void check(String what, Shape[] in, int i, int channels) {
    if (i < in.length) {
      require(
          in[i].equals(Shape.of(channels)),
          "%s must have shape [%d], got %s",
          what,
          channels,
          in[i]);
    }
  }

  /// Σ of dy [N,C,*] over all but the channels, the gradient of a bias [C].
  static Tensor sum(Tensor dy) {
    return sum(dy, 1, dy.empty(dy.dim(1)));
  }

  /// Σ of dy [N,C,*] over the pixels of each image, the gradient of what is added to all of them
  /// [N,C].
  static Tensor sumOfEach(Tensor dy) {
    return sum(dy, dy.dim(0), dy.empty(dy.dim(0), dy.dim(1)));
  }

  private static Tensor sum(Tensor dy, int images, Tensor out) {
    Tensor pixels = dy.channelsLast();
    int rows = dy.dim(0) * dy.shape().product(2, dy.rank()) / Math.max(1, images);
    SumKernel.on(out.device(), out.memory())
        .sum(out.denseBuffer(), pixels.denseBuffer(), images, rows, dy.dim(1));
    return out;
  }

  /// [C] as it broadcasts against [N,C,*] of `rank` dimensions.
  static Tensor alignedWith(int rank, Tensor values) {
    int[] dims = new int[rank - 1];
    Arrays.fill(dims, 1);
    dims[0] = values.elements();
    return values.reshape(dims);
  }
}
