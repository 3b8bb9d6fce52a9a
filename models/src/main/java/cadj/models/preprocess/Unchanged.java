package cadj.models.preprocess;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;

/// Pictures of the right size, in [−1, 1] as they are drawn: what the networks beside an embedded
/// model want. Tensors are neither rounded nor clamped.
///
/// @param side of the square
public record Unchanged(int side) implements Preprocessing {
  @Override
  public float[] values(RgbImage image) {
    requireSide(image.height(), image.width());
    return Normalization.TO_ONE.of(image);
  }

  @Override
  public Tensor of(Tensor pictures) {
    pictures.shape().requireRank(4, "pictures");
    requireSide(pictures.dim(2), pictures.dim(3));
    return pictures;
  }

  private void requireSide(int height, int width) {
    require(
        height == side && width == side,
        "pictures: expected %d×%d pixels, got %d×%d",
        side,
        side,
        height,
        width);
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
