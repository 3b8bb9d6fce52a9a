package cadj.cad.metrics.nudenet;

import cadj.models.preprocess.RgbImage;

/// OpenCV's `copyMakeBorder` with black: so many lines above and below, columns left and right.
record Padding(int top, int bottom, int left, int right) {
  RgbImage of(RgbImage image) {
    int height = top + image.height() + bottom;
    int width = left + image.width() + right;
    byte[] levels = new byte[3 * height * width];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        for (int c = 0; c < 3; c++) {
          levels[3 * ((top + y) * width + left + x) + c] = (byte) image.level(y, x, c);
        }
      }
    }
    return RgbImage.of(height, width, levels);
  }
}
