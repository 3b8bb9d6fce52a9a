package cadj.cad.trace;

import java.awt.Color;

/// The colour of a number: red above zero, blue below, stronger the larger it is.
final class Shade {
  private static final int[] ABOVE = {214, 39, 40};
  private static final int[] BELOW = {31, 119, 180};
  private static final int WHITE = 255;

  private Shade() {}

  /// @param most the size that has the full colour
  static Color of(double value, double most) {
    int[] full = value >= 0 ? ABOVE : BELOW;
    double share = most == 0 || Double.isNaN(value) ? 0 : Math.min(1, Math.abs(value) / most);
    int[] rgb = new int[3];
    for (int i = 0; i < 3; i++) {
      rgb[i] = (int) Math.round(WHITE + share * (full[i] - WHITE));
    }
    return new Color(rgb[0], rgb[1], rgb[2]);
  }

  /// As web pages write it.
  static String css(double value, double most) {
    return "#%06x".formatted(of(value, most).getRGB() & 0xFFFFFF);
  }

  /// Whether text on that colour should be white.
  static boolean isDark(double value, double most) {
    return most != 0 && Math.abs(value) / most > 0.6;
  }
}
