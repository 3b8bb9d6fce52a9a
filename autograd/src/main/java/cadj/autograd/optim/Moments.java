package cadj.autograd.optim;

import cadj.kernels.adamw.AdamWKernel;
import cadj.kernels.adamw.AdamWRates;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Decaying means of one parameter's gradient and of its square.
final class Moments {
  private final Tensor mean;
  private final Tensor square;
  private int steps;

  Moments(Tensor p) {
    mean = Scope.outside(() -> Tensor.zeros(p.dtype(), p.shape()));
    square = Scope.outside(() -> Tensor.zeros(p.dtype(), p.shape()));
  }

  /// Updates them by `g`, which lies in memory as `p` does, and `p` by them.
  void step(Tensor p, Tensor g, AdamWRates rates) {
    steps++;
    AdamWKernel.on(p.device(), p.denseBuffer())
        .step(
            p.denseBuffer(),
            g.denseBuffer(),
            mean.denseBuffer(),
            square.denseBuffer(),
            rates,
            steps);
  }
}
