package cadj.models.preprocess;

import static cadj.models.preprocess.RgbImage.CHANNELS;

/// Pillow's `Image.resize` of 8-bit pictures, bit for bit: lines first, then columns, in integers,
/// rounded and clamped to a level after each. What PyTorch computes in floats and without the
/// rounding between is a level off in up to a fifth of the values.
public final class PillowResize {
  private PillowResize() {}

  /// `image` with another height and width, not necessarily of the same ratio.
  public static RgbImage resize(RgbImage image, int height, int width, Filter filter) {
    return columns(lines(image, width, filter), height, filter);
  }

  private static RgbImage lines(RgbImage image, int width, Filter filter) {
    FilterWeights by = FilterWeights.of(filter, image.width(), width);
    byte[] out = new byte[image.height() * width * CHANNELS];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        int[] weights = by.weights()[x];
        for (int c = 0; c < CHANNELS; c++) {
          int sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * image.level(y, by.first()[x] + k, c);
          }
          out[(y * width + x) * CHANNELS + c] = level(sum);
        }
      }
    }
    return new RgbImage(image.height(), width, out);
  }

  private static RgbImage columns(RgbImage image, int height, Filter filter) {
    FilterWeights by = FilterWeights.of(filter, image.height(), height);
    byte[] out = new byte[height * image.width() * CHANNELS];
    for (int y = 0; y < height; y++) {
      int[] weights = by.weights()[y];
      for (int x = 0; x < image.width(); x++) {
        for (int c = 0; c < CHANNELS; c++) {
          int sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * image.level(by.first()[y] + k, x, c);
          }
          out[(y * image.width() + x) * CHANNELS + c] = level(sum);
        }
      }
    }
    return new RgbImage(height, image.width(), out);
  }

  private static byte level(int sum) {
    int rounded = (sum + (1 << (FilterWeights.BITS - 1))) >> FilterWeights.BITS;
    return (byte) Math.clamp(rounded, 0, 255);
  }
}
