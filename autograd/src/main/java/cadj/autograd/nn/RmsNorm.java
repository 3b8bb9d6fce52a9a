package cadj.autograd.nn;

import static cadj.autograd.ops.RmsNorm.rmsNorm;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;

/// Root mean square normalisation over the last dimension.
public final class RmsNorm {
  private final String path;
  private final float eps;
  private final Tensor weight;

  public RmsNorm(Weights w, int width, float eps) {
    this.path = w.path();
    this.eps = eps;
    this.weight = w.get("weight", width);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> rmsNorm(in, weight, eps));
  }
}
