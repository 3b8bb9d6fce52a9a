package cadj.autograd.nn;

import static cadj.autograd.ops.LayerNorm.layerNorm;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Layer normalisation over the last dimension.
public final class LayerNorm {
  private final String path;
  private final float eps;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;

  public LayerNorm(Weights w, int width, float eps) {
    this.path = w.path();
    this.eps = eps;
    this.weight = w.get("weight", width);
    this.bias = w.get("bias", width);
  }

  /// Without weight and bias, of any width.
  public LayerNorm(Weights w, float eps) {
    this.path = w.path();
    this.eps = eps;
    this.weight = null;
    this.bias = null;
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, this::norm);
  }

  private Tensor norm(Tensor x) {
    return weight == null || bias == null ? layerNorm(x, eps) : layerNorm(x, weight, bias, eps);
  }
}
