package cadj.autograd.optim;

import cadj.autograd.graph.Gradients;
import cadj.kernels.adamw.AdamWRates;
import cadj.tensor.Tensor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adam with decoupled weight decay, Loshchilov & Hutter 2019 (arXiv:1711.05101), as PyTorch orders
/// it.
///
/// ```
/// p ← p·(1 − lr·decay)
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// p ← p − lr·m̂/(√v̂ + eps), where m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
/// ```
///
/// t counts a parameter's own steps, from 1. m and v live as long as this.
public final class AdamW {
  private final List<Tensor> parameters;
  private final Map<Tensor, Moments> moments = new HashMap<>();

  /// @param parameters dense tensors, updated in place
  public AdamW(Collection<Tensor> parameters) {
    this.parameters = Parameters.dense("adamw", parameters);
  }

  /// One step at `rates`. A parameter that the differentiated value does not depend on stays as it
  /// is, undecayed.
  public void step(Gradients gradients, AdamWRates rates) {
    Parameters.update(
        "adamw",
        parameters,
        gradients,
        (p, g) -> moments.computeIfAbsent(p, Moments::new).step(p, g, rates));
  }
}
