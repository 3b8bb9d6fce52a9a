package cadj.kernels.random;

import cadj.kernels.device.F32;

/// A source of noise that PyTorch has too: `torch.Generator` on one of its devices.
///
/// Every draw moves it on, so the same calls in the same order give the same numbers. Not safe for
/// use by several threads at once.
public sealed interface Generator permits TorchGenerator, TorchCudaGenerator {
  /// `torch.randn`: fp32 standard normals.
  void randn(F32 out);
}
