package cadj.autograd.nn;

import static cadj.autograd.ops.GroupNorm.groupNorm;
import static cadj.autograd.ops.GroupNorm.groupNormSilu;

import cadj.tensor.Tensor;

/// Group normalisation over [N,channels,…].
public final class GroupNorm {
  private final int groups;
  private final float eps;
  private final Tensor weight;
  private final Tensor bias;

  public GroupNorm(Weights w, int groups, int channels, float eps) {
    this.groups = groups;
    this.eps = eps;
    this.weight = w.get("weight", channels);
    this.bias = w.get("bias", channels);
  }

  public Tensor forward(Tensor x) {
    return groupNorm(x, groups, weight, bias, eps);
  }

  /// silu(forward(x)), in one pass.
  public Tensor forwardSilu(Tensor x) {
    return groupNormSilu(x, groups, weight, bias, eps);
  }
}
