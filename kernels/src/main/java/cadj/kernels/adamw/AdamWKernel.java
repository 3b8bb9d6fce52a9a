package cadj.kernels.adamw;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// p ← p·(1 − lr·decay); m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − lr·m̂/(√v̂ + eps), as
/// PyTorch orders it.
///
/// m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), t the number of this step, from 1. All buffers have p's
/// length; p, m, v are updated.
public sealed interface AdamWKernel permits AdamWReference, AdamWVector, AdamWCuda {
  void step(Buffer p, Buffer g, Buffer m, Buffer v, AdamWRates rates, int t);

  /// The twin for `device` and the element type of `like`.
  static AdamWKernel on(Device device, Buffer like) {
    return device.twin(like, AdamWVector::new, AdamWCuda::new, AdamWReference::new);
  }
}
