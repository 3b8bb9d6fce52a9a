package cadj.models.sd3;

import static cadj.autograd.ops.Pointwise.geluTanh;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// net.2(gelu(net.0.proj(x))), gelu by its tanh approximation, inner width 4·dim: the layers whose
/// weights CAD edits.
final class FeedForward {
  private final String path;
  private final String activation;
  private final Linear proj;
  private final Linear out;

  FeedForward(Weights w, int dim) {
    path = w.path();
    activation = w.at("net.0").path();
    proj = new Linear(w.at("net.0.proj"), dim, 4 * dim);
    out = new Linear(w.at("net.2"), 4 * dim, dim);
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> Scope.keep(path, () -> out.forward(activated(in))));
  }

  private Tensor activated(Tensor x) {
    return Activations.module(
        activation, x, in -> Scope.keep(activation, () -> geluTanh(proj.forward(in))));
  }
}
