package cadj.cad.metrics.nudenet;

import static cadj.tensor.shape.Require.require;

import cadj.models.preprocess.RgbImage;

/// OpenCV's `resize` of bytes with `INTER_LINEAR`: bilinear between the four nearest pixels, none
/// averaged, in fixed point.
///
/// ```
/// s = (d + ½)·from/to − ½,   weights ⌊(1 − frac s)·2¹¹⌉, ⌊frac s·2¹¹⌉
/// row = w₀·x₀ + w₁·x₁;   y = (⌊v₀·⌊row₀/2⁴⌋/2¹⁶⌋ + ⌊v₁·⌊row₁/2⁴⌋/2¹⁶⌋ + 2)/2²
/// ```
///
/// Builds of OpenCV for other processors are up to one level away.
final class BilinearResize {
  private static final int BITS = 11;

  private BilinearResize() {}

  static RgbImage resize(RgbImage from, int height, int width) {
    require(
        height > 0 && width > 0,
        "nudenet: a picture of %d×%d is too narrow",
        from.width(),
        from.height());
    if (height == from.height() && width == from.width()) {
      return from;
    }
    Tap[] down = taps(from.height(), height);
    Tap[] across = taps(from.width(), width);
    byte[] to = new byte[3 * height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int above = across[x].row(from, down[y].first, c);
          int below = across[x].row(from, down[y].second, c);
          int first = (down[y].weight * (above >> 4)) >> 16;
          int second = (down[y].rest * (below >> 4)) >> 16;
          int level = (first + second + 2) >> 2;
          to[3 * (y * width + x) + c] = (byte) Math.clamp(level, 0, 255);
        }
      }
    }
    return RgbImage.of(height, width, to);
  }

  /// The two pixels around a point, and their weights.
  private record Tap(int first, int second, int weight, int rest) {
    /// The row's value there.
    int row(RgbImage from, int y, int channel) {
      return weight * from.level(y, first, channel) + rest * from.level(y, second, channel);
    }
  }

  private static Tap[] taps(int from, int to) {
    double scale = (double) from / to;
    Tap[] taps = new Tap[to];
    for (int i = 0; i < to; i++) {
      float at = (float) ((i + 0.5) * scale - 0.5);
      int first = (int) Math.floor(at);
      float part = at - first;
      if (first < 0 || first >= from - 1) {
        first = Math.clamp(first, 0, from - 1);
        part = 0;
      }
      taps[i] = new Tap(first, Math.min(first + 1, from - 1), fixed(1 - part), fixed(part));
    }
    return taps;
  }

  private static int fixed(float weight) {
    return (int) Math.rint(weight * (1 << BITS));
  }
}
