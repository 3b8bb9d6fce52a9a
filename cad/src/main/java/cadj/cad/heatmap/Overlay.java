package cadj.cad.heatmap;

import java.awt.image.BufferedImage;

/// Heat maps as pictures.
final class Overlay {
  /// Sides that small pictures are enlarged to, at least.
  private static final int LEAST = 256;

  /// How much of a pixel the heat's colour is, at least and at most.
  private static final double FAINT = 0.35;

  private static final double FULL = 0.8;

  private Overlay() {}

  /// How many times larger than `picture` its overlays are.
  static int scale(BufferedImage picture) {
    return Math.max(1, Math.ceilDiv(LEAST, Math.min(picture.getWidth(), picture.getHeight())));
  }

  /// The picture in grey under the colours of `map` [height,width], the more so the hotter.
  ///
  /// @param most value of the lightest colour
  static BufferedImage over(
      BufferedImage picture, double[] map, int height, int width, double most) {
    int scale = scale(picture);
    int tall = picture.getHeight() * scale;
    int wide = picture.getWidth() * scale;
    double[] heat = Bicubic.resize(map, height, width, tall, wide);
    BufferedImage out = new BufferedImage(wide, tall, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < tall; y++) {
      for (int x = 0; x < wide; x++) {
        double share = share(heat[y * wide + x], most);
        int colour = HeatColours.of(share);
        double grey = grey(picture.getRGB(x / scale, y / scale));
        double part = FAINT + (FULL - FAINT) * share;
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          double level = (1 - part) * grey + part * (colour >> shift & 0xff);
          rgb |= (int) Math.rint(level) << shift;
        }
        out.setRGB(x, y, rgb);
      }
    }
    return out;
  }

  /// `map` [height,width] alone, a pixel for each value.
  static BufferedImage alone(double[] map, int height, int width, double most) {
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < map.length; i++) {
      out.setRGB(i % width, i / width, HeatColours.of(share(map[i], most)));
    }
    return out;
  }

  private static double share(double value, double most) {
    return most > 0 ? Math.clamp(value / most, 0.0, 1.0) : 0;
  }

  /// Luma of ITU-R BT.601.
  private static double grey(int rgb) {
    return 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
  }
}
