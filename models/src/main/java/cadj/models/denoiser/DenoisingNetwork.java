package cadj.models.denoiser;

import cadj.tensor.Tensor;

/// A denoiser that is a network itself, and no other denoiser changed or watched.
///
/// Its pass has two parts: numbers are embedded on the host, and the rest is layers, which neither
/// read a value nor bring one from the host. On a GPU the second part waits for nothing, and can be
/// recorded as a graph.
public interface DenoisingNetwork extends Denoiser {
  /// The first part of [#forward(Tensor, float[], Conditioning)].
  ProjectedNumbers project(float[] timesteps, Conditioning conditioning);

  /// The second part: latents [N,C,h,w] → [N,C,h,w].
  ///
  /// @throws IllegalArgumentException if the sizes of latents, numbers, conditioning and this model
  ///   disagree
  Tensor forward(Tensor latents, ProjectedNumbers numbers, Conditioning conditioning);

  @Override
  default Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    return forward(latents, project(timesteps, conditioning), conditioning);
  }
}
