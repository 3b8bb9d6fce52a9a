package cadj.autograd.nn;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Conv2d.conv2d;
import static cadj.autograd.ops.Reshape.reshape;

import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Two-dimensional convolution: x [N,in,H,W] → [N,out,Ho,Wo].
public final class Conv2d {
  private final String path;
  private final Tensor weight;
  private final @Nullable Tensor bias;
  private final Window window;

  public Conv2d(Weights w, int in, int out, int kernel, Window window) {
    this(w, in, out, kernel, window, true);
  }

  public Conv2d(Weights w, int in, int out, int kernel, Window window, boolean bias) {
    this(w, in, out, kernel, kernel, window, bias);
  }

  /// With kernels of `height` × `width`.
  public Conv2d(Weights w, int in, int out, int height, int width, Window window, boolean bias) {
    this.path = w.path();
    this.weight = w.get("weight", out, in, height, width);
    this.bias = bias ? w.get("bias", out) : null;
    this.window = window;
  }

  public Tensor forward(Tensor x) {
    return forward(x, null);
  }

  /// forward(x) + residual
  public Tensor forward(Tensor x, @Nullable Tensor residual) {
    return Residual.module(path, x, residual, (in, r) -> conv2d(in, weight, bias, null, r, window));
  }

  /// forward(x) + shift [N,out] at every pixel
  public Tensor forwardShifted(Tensor x, Tensor shift) {
    return Residual.module(
        path,
        x,
        shift,
        (in, t) -> conv2d(in, weight, bias, t, null, window),
        (y, t) -> add(y, reshape(t, t.dim(0), t.dim(1), 1, 1)));
  }
}
