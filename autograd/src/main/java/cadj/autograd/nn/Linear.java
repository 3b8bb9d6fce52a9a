package cadj.autograd.nn;

import static cadj.autograd.ops.Linear.linear;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// y = x·weightᵀ + bias over the last dimension: x [..,in] → [..,out].
public final class Linear {
  private final String path;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  public Linear(Weights w, int in, int out) {
    this(w, in, out, true);
  }

  public Linear(Weights w, int in, int out, boolean bias) {
    this.path = w.path();
    this.weight = w.get("weight", out, in);
    this.bias = bias ? w.get("bias", out) : null;
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> linear(in, weight, bias));
  }
}
