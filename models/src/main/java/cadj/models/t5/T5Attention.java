package cadj.models.t5;

import static cadj.autograd.ops.AttentionProbabilities.attentionProbabilities;
import static cadj.autograd.ops.AttentionProbabilities.weighted;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Activations.Port;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Residual;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Self-attention with a bias by relative position, and without scale or biases of projections:
///
/// ```
/// x [N,T,dModel], bias [1,heads,T,T] → [N,T,dModel], to which the residual [N,T,dModel] is added
///
/// per head:  softmax(q·kᵀ + bias)·v
/// ```
///
/// Padding is attended to like any token: the pipelines pass no mask.
final class T5Attention {
  private final String path;
  private final Linear q;
  private final Linear k;
  private final Linear v;
  private final Linear o;

  T5Attention(Weights w, T5Config config) {
    path = w.path();
    q = new Linear(w.at("q"), config.dModel(), config.innerWidth(), false);
    k = new Linear(w.at("k"), config.dModel(), config.innerWidth(), false);
    v = new Linear(w.at("v"), config.dModel(), config.innerWidth(), false);
    o = new Linear(w.at("o"), config.innerWidth(), config.dModel(), false);
  }

  Tensor forward(Tensor x, Tensor bias, Tensor residual) {
    return Residual.module(path, x, residual, (in, r) -> attend(in, bias, r));
  }

  private Tensor attend(Tensor x, Tensor bias, @Nullable Tensor residual) {
    Tensor probabilities =
        Activations.announce(
            path, Port.PROBABILITIES, attentionProbabilities(q.forward(x), k.forward(x), bias));
    return o.forward(weighted(probabilities, v.forward(x)), residual);
  }
}
