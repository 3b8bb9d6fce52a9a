package cadj.models.blocks;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;

/// Halves an image by a 3×3 convolution of stride 2, diffusers' `Downsample2D`.
public final class Downsample2D {
  private final String path;
  private final Conv2d conv;

  /// @param padding zeros on every side; 0 stands for one row and column right and bottom (the
  ///   VAE's)
  public Downsample2D(Weights w, int channels, int padding) {
    Window window = padding == 0 ? Window.asymmetric(2, 0, 0, 1, 1) : Window.of(2, padding);
    path = w.path();
    conv = new Conv2d(w.at("conv"), channels, channels, 3, window);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> conv.forward(in));
  }
}
