package cadj.autograd.optim;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.adamw.AdamWRates;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.HashMap;
import java.util.Map;

/// Adam, Kingma & Ba 2015 (arXiv:1412.6980), as `torch.optim.Adam` computes it, with its defaults
/// β₁ = 0.9, β₂ = 0.999, eps = 1e-8, and no decay: [AdamW]'s update without its first line.
///
/// Takes gradients one by one, as [cadj.autograd.graph.Tape#backward(Tensor,
/// cadj.autograd.graph.Tape.Receiver)] hands them over, so that all of them need not be held at
/// once. A weight whose gradient has always been 0 keeps its bits.
public final class Adam {
  private final AdamWRates rates;
  private final Map<Tensor, Moments> moments = new HashMap<>();

  public Adam(double lr) {
    require(lr > 0 && Double.isFinite(lr), "adam: expected a learning rate above 0, got %s", lr);
    rates = new AdamWRates((float) lr, 0.9f, 0.999f, 1e-8f, 0f);
  }

  /// One step of one dense parameter, in place.
  ///
  /// @param gradient of its shape, in any layout
  public void step(Tensor p, Tensor gradient) {
    require(p.layout().isDense(), "adam: parameter %s is not dense", p.layout());
    Scope.run(
        "adam",
        () ->
            moments
                .computeIfAbsent(p, Moments::new)
                .step(p, gradient.onCurrentDevice().orderedLike(p), rates));
    p.storage().overwritten();
  }
}
