package cadj.cad.generate;

import cadj.kernels.random.Generator;
import cadj.kernels.random.TorchCudaGenerator;
import cadj.kernels.random.TorchGenerator;

/// Whose random numbers a picture's noise is, by the device that PyTorch would draw it on.
public enum Rng {
  TORCH_CPU("torch-cpu"),
  TORCH_CUDA("torch-cuda");

  private final String text;

  Rng(String text) {
    this.text = text;
  }

  /// The generator of one picture: its start noise first, then the noise of its steps.
  Generator start(long seed) {
    return switch (this) {
      case TORCH_CPU -> new TorchGenerator(seed);
      case TORCH_CUDA -> new TorchCudaGenerator(seed);
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
