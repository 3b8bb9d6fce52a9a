package cadj.autograd.nn;

import static cadj.autograd.ops.GroupNorm.groupNorm;
import static cadj.autograd.ops.GroupNorm.groupNormSilu;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Activations.Port;
import cadj.autograd.ops.Pointwise;
import cadj.tensor.Tensor;

/// Group normalisation over [N,channels,…].
public final class GroupNorm {
  private final String path;
  private final int groups;
  private final float eps;
  private final Tensor weight;
  private final Tensor bias;

  public GroupNorm(Weights w, int groups, int channels, float eps) {
    this.path = w.path();
    this.groups = groups;
    this.eps = eps;
    this.weight = w.get("weight", channels);
    this.bias = w.get("bias", channels);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, this::norm);
  }

  /// silu(forward(x)), in one pass.
  public Tensor forwardSilu(Tensor x) {
    Tensor in = Activations.announce(path, Port.INPUT, x);
    return Activations.fused(
        path,
        Port.OUTPUT,
        () -> norm(in),
        Pointwise::silu,
        () -> groupNormSilu(in, groups, weight, bias, eps));
  }

  private Tensor norm(Tensor x) {
    return groupNorm(x, groups, weight, bias, eps);
  }
}
