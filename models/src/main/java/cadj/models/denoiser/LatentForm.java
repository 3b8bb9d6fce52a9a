package cadj.models.denoiser;

import cadj.tensor.shape.Shape;

/// Shape of the latents that a denoiser was trained on, [N,channels,sampleSize,sampleSize]; it
/// takes other heights and widths too.
///
/// @param sampleSize height and width
public record LatentForm(int channels, int sampleSize) {
  /// [count,channels,sampleSize,sampleSize]
  public Shape shape(int count) {
    return Shape.of(count, channels, sampleSize, sampleSize);
  }
}
