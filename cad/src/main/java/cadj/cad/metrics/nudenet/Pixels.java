package cadj.cad.metrics.nudenet;

import java.awt.image.BufferedImage;

/// A picture of bytes [height,width,3], red first.
record Pixels(byte[] rgb, int height, int width) {
  /// A black one.
  Pixels(int height, int width) {
    this(new byte[3 * height * width], height, width);
  }

  static Pixels of(BufferedImage image) {
    Pixels out = new Pixels(image.getHeight(), image.getWidth());
    for (int y = 0; y < out.height; y++) {
      for (int x = 0; x < out.width; x++) {
        int rgb = image.getRGB(x, y);
        for (int c = 0; c < 3; c++) {
          out.rgb[out.index(y, x, c)] = (byte) (rgb >> (8 * (2 - c)));
        }
      }
    }
    return out;
  }

  int get(int y, int x, int channel) {
    return Byte.toUnsignedInt(rgb[index(y, x, channel)]);
  }

  private int index(int y, int x, int channel) {
    return (y * width + x) * 3 + channel;
  }

  void set(int y, int x, int channel, int level) {
    rgb[index(y, x, channel)] = (byte) level;
  }

  /// With black around it: OpenCV's `copyMakeBorder`.
  Pixels padded(int top, int bottom, int left, int right) {
    Pixels out = new Pixels(top + height + bottom, left + width + right);
    for (int y = 0; y < height; y++) {
      System.arraycopy(rgb, index(y, 0, 0), out.rgb, out.index(top + y, left, 0), 3 * width);
    }
    return out;
  }
}
