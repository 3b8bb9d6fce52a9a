package cadj.cad.unit;

import static cadj.tensor.shape.Require.require;

import java.awt.image.BufferedImage;

/// How far two pictures are apart, in 8-bit levels over all pixels and channels.
///
/// @param mean absolute difference, 0 to 255
/// @param most largest absolute difference
public record PixelChange(double mean, int most) {
  /// @throws IllegalArgumentException unless both have one size
  public static PixelChange of(BufferedImage a, BufferedImage b) {
    require(
        a.getWidth() == b.getWidth() && a.getHeight() == b.getHeight(),
        "pixel change: expected pictures of one size, got %d×%d and %d×%d",
        a.getWidth(),
        a.getHeight(),
        b.getWidth(),
        b.getHeight());
    long sum = 0;
    int most = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        for (int shift = 0; shift < 24; shift += 8) {
          int level = a.getRGB(x, y) >> shift & 0xFF;
          int difference = Math.abs(level - (b.getRGB(x, y) >> shift & 0xFF));
          sum += difference;
          most = Math.max(most, difference);
        }
      }
    }
    return new PixelChange((double) sum / (3L * a.getWidth() * a.getHeight()), most);
  }
}
