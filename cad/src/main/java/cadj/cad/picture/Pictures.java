package cadj.cad.picture;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.List;

/// Between tensors [N,3,H,W] in [−1, 1] and 8-bit pictures.
public final class Pictures {
  private Pictures() {}

  /// Picture `n`: round(255·clamp(x/2 + 0.5)), halves to even, as the reference rounds.
  ///
  /// @throws IllegalArgumentException if a value is NaN, which no level stands for
  public static BufferedImage toImage(Tensor pictures, int n) {
    Tensor one = pictures.slice(0, n, n + 1);
    int height = one.dim(2);
    int width = one.dim(3);
    require(one.dim(1) == 3, "picture: expected 3 channels (dim 1), got %s", pictures.shape());
    float[] values = one.toFloats();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (float value : values) {
      require(!Float.isNaN(value), "picture %d: expected numbers, got NaN", n);
    }
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | toByte(values[c * plane + i]);
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }

  private static int toByte(float value) {
    float unit = Math.clamp(value / 2 + 0.5f, 0f, 1f);
    return (int) Math.rint(unit * 255f);
  }

  /// Pictures of one size to a tensor [N,3,H,W] in [−1, 1].
  public static Tensor toTensor(List<BufferedImage> images) {
    int height = images.getFirst().getHeight();
    int width = images.getFirst().getWidth();
    int plane = height * width;
    float[] values = new float[images.size() * 3 * plane];
    for (int n = 0; n < images.size(); n++) {
      BufferedImage image = images.get(n);
      require(
          image.getHeight() == height && image.getWidth() == width,
          "pictures: expected all %d×%d, got one of %d×%d",
          width,
          height,
          image.getWidth(),
          image.getHeight());
      for (int i = 0; i < plane; i++) {
        int rgb = image.getRGB(i % width, i / width);
        for (int c = 0; c < 3; c++) {
          int level = (rgb >> (8 * (2 - c))) & 0xFF;
          values[(n * 3 + c) * plane + i] = level / 127.5f - 1;
        }
      }
    }
    return Tensor.of(values, images.size(), 3, height, width);
  }
}
