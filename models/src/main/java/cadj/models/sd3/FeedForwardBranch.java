package cadj.models.sd3;

import static cadj.models.sd3.Modulation.addGated;
import static cadj.models.sd3.Modulation.modulate;

import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// The second half of a block for one of its streams: x + gate·ff(norm2(x)·(1 + scale) + shift).
final class FeedForwardBranch {
  private final String path;
  private final LayerNorm norm2;
  private final FeedForward ff;

  FeedForwardBranch(Weights norm2, Weights ff, int dim) {
    path = ff.path();
    this.norm2 = new LayerNorm(norm2, AdaLayerNormZero.EPS);
    this.ff = new FeedForward(ff, dim);
  }

  Tensor forward(Tensor x, AdaLayerNormZero.Mlp by) {
    return Scope.keep(
        path,
        () -> {
          Tensor in = Scope.keep("norm", () -> modulate(norm2.forward(x), by.shift(), by.scale()));
          return addGated(x, by.gate(), ff.forward(in));
        });
  }
}
