package cadj.models.sd3;

import static cadj.autograd.ops.Chunk.chunk;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.models.sd3.Modulation.modulate;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// Adaptive layer norm without a gate, diffusers' `AdaLayerNormContinuous`; the scale comes first
/// here.
///
/// ```
/// x [N,T,C], temb [N,C]
///
/// scale, shift = linear(silu(temb))   each [N,C]
/// y = norm(x)·(1 + scale) + shift
/// ```
final class AdaLayerNormContinuous {
  private final String path;
  private final Linear linear;
  private final LayerNorm norm;

  AdaLayerNormContinuous(Weights w, int dim) {
    path = w.path();
    linear = new Linear(w.at("linear"), dim, 2 * dim);
    norm = new LayerNorm(w.at("norm"), AdaLayerNormZero.EPS);
  }

  Tensor forward(Tensor x, Tensor temb) {
    return Activations.module(path, x, in -> Scope.keep(path, () -> modulated(in, temb)));
  }

  private Tensor modulated(Tensor x, Tensor temb) {
    List<Tensor> chunks = chunk(linear.forward(silu(temb)), 2, 1);
    return modulate(norm.forward(x), chunks.get(1), chunks.get(0));
  }
}
