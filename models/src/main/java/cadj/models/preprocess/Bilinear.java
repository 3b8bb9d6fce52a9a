package cadj.models.preprocess;

/// PyTorch's `interpolate` with `mode="bilinear"`, `align_corners=False`: pixels have centres at
/// half numbers, and each output takes the two nearest of line and column, however many lie between
/// two outputs (no antialias).
///
/// ```
/// s = max(0, (i + ½)·in/out − ½),   f = s − ⌊s⌋,   y = (1 − f)·x[⌊s⌋] + f·x[min(⌊s⌋ + 1, in − 1)]
/// ```
final class Bilinear {
  private Bilinear() {}

  /// x [planes,h,w] → [planes,height,width]
  static float[] resize(float[] x, int planes, int h, int w, int height, int width) {
    float[] out = new float[planes * height * width];
    for (int y = 0; y < height; y++) {
      float row = source(y, h, height);
      int top = (int) row;
      int bottom = Math.min(top + 1, h - 1);
      for (int c = 0; c < width; c++) {
        float column = source(c, w, width);
        int left = (int) column;
        int right = Math.min(left + 1, w - 1);
        for (int plane = 0; plane < planes; plane++) {
          int from = plane * h * w;
          float above = mix(x[from + top * w + left], x[from + top * w + right], column - left);
          float below =
              mix(x[from + bottom * w + left], x[from + bottom * w + right], column - left);
          out[(plane * height + y) * width + c] = mix(above, below, row - top);
        }
      }
    }
    return out;
  }

  private static float source(int i, int in, int out) {
    return Math.max(0, Math.fma(i + 0.5f, (float) in / out, -0.5f)); // rounded once, as torch does
  }

  private static float mix(float a, float b, float share) {
    return (1 - share) * a + share * b;
  }
}
