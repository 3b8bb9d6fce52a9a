package cadj.models.denoiser;

import cadj.tensor.shape.Shape;

/// Shape of the latents that a denoiser was trained on, [N,channels,height,width]; it takes other
/// heights and widths too.
public record LatentForm(int channels, int height, int width) {
  /// [count,channels,height,width]
  public Shape shape(int count) {
    return Shape.of(count, channels, height, width);
  }
}
