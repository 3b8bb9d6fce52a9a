package cadj.autograd.nn;

import static cadj.autograd.ops.LayerNorm.layerNorm;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;

/// Layer normalisation over the last dimension.
public final class LayerNorm {
  private final String path;
  private final float eps;
  private final Tensor weight;
  private final Tensor bias;

  public LayerNorm(Weights w, int width, float eps) {
    this.path = w.path();
    this.eps = eps;
    this.weight = w.get("weight", width);
    this.bias = w.get("bias", width);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> layerNorm(in, weight, bias, eps));
  }
}
