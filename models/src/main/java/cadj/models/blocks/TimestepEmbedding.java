package cadj.models.blocks;

import static cadj.autograd.ops.Pointwise.silu;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;

/// linear_2(silu(linear_1(x))): [N,in] → [N,out]
public final class TimestepEmbedding {
  private final String path;
  private final Linear linear1;
  private final Linear linear2;

  public TimestepEmbedding(Weights w, int in, int out) {
    path = w.path();
    linear1 = new Linear(w.at("linear_1"), in, out);
    linear2 = new Linear(w.at("linear_2"), out, out);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> linear2.forward(silu(linear1.forward(in))));
  }
}
