package cadj.models.unet;

import static cadj.autograd.ops.Geglu.geglu;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Residual;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// net.2(geglu(net.0.proj(x))), inner width 4·dim, to which a residual may be added: the layers
/// whose weights CAD edits.
public final class FeedForward {
  private final String path;
  private final String gate;
  private final Linear proj;
  private final Linear out;

  public FeedForward(Weights w, int dim) {
    path = w.path();
    gate = w.at("net.0").path();
    proj = new Linear(w.at("net.0.proj"), dim, 8 * dim);
    out = new Linear(w.at("net.2"), 4 * dim, dim);
  }

  public Tensor forward(Tensor x, @Nullable Tensor residual) {
    return Residual.module(path, x, residual, (in, r) -> out.forward(gated(in), r));
  }

  private Tensor gated(Tensor x) {
    return Activations.module(gate, x, in -> geglu(proj.forward(in)));
  }
}
