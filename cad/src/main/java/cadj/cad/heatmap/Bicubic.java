package cadj.cad.heatmap;

/// PyTorch's `interpolate` with `mode="bicubic"`, `align_corners=False`: pixels have centres at
/// half numbers, each output takes the four nearest of line and column (no antialias), and those
/// beyond the border are the border's.
///
/// ```
/// s = (i + ½)·in/out − ½,   f = s − ⌊s⌋,   a = −¾
/// k(d) = (a + 2)d³ − (a + 3)d² + 1          |d| ≤ 1
/// k(d) = a·d³ − 5a·d² + 8a·d − 4a           1 < |d| < 2
/// y = Σₘ k(m − f)·x[⌊s⌋ + m],   m = −1, 0, 1, 2
/// ```
///
/// Pillow's bicubic filter has a = −½ (`cadj.models.preprocess`). In double precision.
final class Bicubic {
  private static final double A = -0.75;
  private static final int TAPS = 4;

  private Bicubic() {}

  /// x [h,w] → [height,width]
  static double[] resize(double[] x, int h, int w, int height, int width) {
    double[] lines = new double[h * width];
    for (int column = 0; column < width; column++) {
      double s = (column + 0.5) * w / width - 0.5;
      double[] weights = weights(s - Math.floor(s));
      for (int tap = 0; tap < TAPS; tap++) {
        int from = Math.clamp((int) Math.floor(s) + tap - 1, 0, w - 1);
        for (int row = 0; row < h; row++) {
          lines[row * width + column] += weights[tap] * x[row * w + from];
        }
      }
    }
    double[] out = new double[height * width];
    for (int row = 0; row < height; row++) {
      double s = (row + 0.5) * h / height - 0.5;
      double[] weights = weights(s - Math.floor(s));
      for (int tap = 0; tap < TAPS; tap++) {
        int from = Math.clamp((int) Math.floor(s) + tap - 1, 0, h - 1);
        for (int column = 0; column < width; column++) {
          out[row * width + column] += weights[tap] * lines[from * width + column];
        }
      }
    }
    return out;
  }

  private static double[] weights(double f) {
    return new double[] {far(1 + f), near(f), near(1 - f), far(2 - f)};
  }

  private static double near(double d) {
    return ((A + 2) * d - (A + 3)) * d * d + 1;
  }

  private static double far(double d) {
    return ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
  }
}
