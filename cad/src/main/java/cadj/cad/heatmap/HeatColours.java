package cadj.cad.heatmap;

/// Colours for shares from 0 to 1, ever lighter: black, violet, red, orange, pale yellow. Told
/// apart without colours too, and printed in grey.
final class HeatColours {
  /// Red, green, blue at equal distances.
  private static final int[][] STOPS = {
    {0, 0, 6},
    {48, 14, 92},
    {118, 30, 110},
    {186, 54, 84},
    {236, 106, 38},
    {250, 178, 44},
    {252, 250, 190}
  };

  private HeatColours() {}

  /// 0xRRGGBB; shares beyond 0 and 1 have the colours of these.
  static int of(double share) {
    double at = Math.clamp(share, 0.0, 1.0) * (STOPS.length - 1);
    int below = Math.min((int) at, STOPS.length - 2);
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      double level = STOPS[below][c] + (at - below) * (STOPS[below + 1][c] - STOPS[below][c]);
      rgb = rgb << 8 | (int) Math.rint(level);
    }
    return rgb;
  }
}
