package cadj.models.preprocess;

/// pytorch-fid's input: the whole picture, whatever its form, to a square by bilinear interpolation
/// without antialias, in [−1, 1].
///
/// Known to deviate from the original TensorFlow code and to alias (Parmar et al. 2022,
/// arXiv:2104.11222), but what published numbers were computed with.
///
/// @param side of the square
public record FidResize(int side) implements Preprocessing {
  /// What Inception was trained on.
  public static final FidResize INCEPTION = new FidResize(299);

  @Override
  public float[] values(RgbImage image) {
    float[] values = Normalization.TO_ONE.of(image);
    return Bilinear.resize(values, RgbImage.CHANNELS, image.height(), image.width(), side, side);
  }

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }
}
