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
    Tensor pixels = dy.channelsLast();
    int channels = dy.dim(1);
    Tensor out = dy.empty(channels);
    int rows = dy.dim(0) * dy.shape().product(2, dy.rank());
    SumKernel.on(out.device(), out.memory())
        .sum(out.denseBuffer(), pixels.denseBuffer(), 1, rows, channels);
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
