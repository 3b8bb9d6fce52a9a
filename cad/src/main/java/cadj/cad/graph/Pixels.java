package cadj.cad.graph;

import cadj.cad.picture.PngFile;
import java.awt.image.BufferedImage;
import java.util.Locale;

/// Arrays as small pictures for pages: red is positive, blue negative, white 0, black not finite.
public final class Pixels {
  private Pixels() {}

  /// A data URI of a PNG with a pixel for each cell.
  ///
  /// @param most magnitude of full colour; less is shaded by its square root
  public static String source(float[][] tile, double most) {
    int height = Math.max(1, tile.length);
    int width = tile.length == 0 ? 1 : Math.max(1, tile[0].length);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < tile.length; y++) {
      for (int x = 0; x < tile[y].length; x++) {
        image.setRGB(x, y, colour(tile[y][x], most));
      }
    }
    return PngFile.dataUri(image);
  }

  static int colour(float value, double most) {
    if (!Float.isFinite(value)) {
      return 0;
    }
    double share = most == 0 ? 0 : Math.sqrt(Math.min(1, Math.abs(value) / most));
    int[] full = value > 0 ? new int[] {214, 39, 40} : new int[] {31, 119, 180};
    int rgb = 0;
    for (int level : full) {
      rgb = rgb << 8 | (int) Math.round(255 + share * (level - 255));
    }
    return rgb;
  }

  /// A histogram as SVG, 100 by 32; heights are square roots, so that rare values show.
  static String histogram(int... counts) {
    int most = 1;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    StringBuilder out =
        new StringBuilder(
            "<svg class=\"hist\" viewBox=\"0 0 100 32\" preserveAspectRatio=\"none\">");
    double width = 100.0 / counts.length;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double height = 32 * Math.sqrt((double) counts[i] / most);
        out.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                i * width,
                32 - height,
                width * 0.9,
                height));
      }
    }
    return out.append("</svg>").toString();
  }
}
