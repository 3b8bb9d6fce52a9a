package cadj.bench.step;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;

/// A denoiser of a published size in memory, in single precision, and inputs for it: only size and
/// speed matter.
///
/// Weights are uniform with deviation 1/√fan-in, scales of norms 1, biases 0.
public sealed interface SizedModel permits StableDiffusion, StableDiffusion3 {
  /// Made when first asked for, and then kept.
  Denoiser denoiser();

  /// [batch,C,side,side]
  Tensor latents(int batch, int side);

  /// @param seed of random numbers
  Conditioning conditioning(int seed, int batch);

  /// Multiplications and additions of a forward pass for one image.
  double flop(int side);
}
