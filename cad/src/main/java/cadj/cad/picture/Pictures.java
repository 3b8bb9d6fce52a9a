package cadj.cad.picture;

import static cadj.tensor.shape.Require.require;

import cadj.models.preprocess.RgbImage;
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
    RgbImage levels = RgbImage.of(pictures, n);
    BufferedImage image =
        new BufferedImage(levels.width(), levels.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < levels.height(); y++) {
      for (int x = 0; x < levels.width(); x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | levels.level(y, x, c);
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
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
