package cadj.autograd.optim;

import cadj.autograd.graph.Gradients;
import cadj.kernels.copy.CopyKernel;
import cadj.tensor.Tensor;
import java.util.Collection;
import java.util.List;

/// Plain gradient descent: p ← p − lr·g.
public final class Sgd {
  private final List<Tensor> parameters;

  /// @param parameters dense tensors, updated in place
  public Sgd(Collection<Tensor> parameters) {
    this.parameters = Parameters.dense("sgd", parameters);
  }

  /// One step. A parameter that the differentiated value does not depend on stays as it is.
  public void step(Gradients gradients, float lr) {
    Parameters.update(
        "sgd",
        parameters,
        gradients,
        (p, g) ->
            CopyKernel.on(p.device(), p.denseBuffer())
                .accumulate(p.denseBuffer(), g.denseBuffer(), -lr));
  }
}
