package cadj.models.denoiser;

import cadj.tensor.shape.Shape;

/// The latents that a denoiser was made for: [N,channels,sampleSize,sampleSize], though it takes
/// other sides too.
///
/// @param sampleSize side of the latents of a picture of the model's own size
public record LatentForm(int channels, int sampleSize) {
  /// `count` samples of the model's own size.
  public Shape shape(int count) {
    return Shape.of(count, channels, sampleSize, sampleSize);
  }
}
