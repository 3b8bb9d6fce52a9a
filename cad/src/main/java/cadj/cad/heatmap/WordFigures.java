package cadj.cad.heatmap;

/// A word's map in numbers.
///
/// @param mean over all pixels
/// @param largest value
/// @param row of the latents where it is, the first of several
/// @param column of the latents where it is
public record WordFigures(double mean, double largest, int row, int column) {
  public static WordFigures of(HeatMaps maps, int word) {
    double[] map = maps.of(word);
    double sum = 0;
    int at = 0;
    for (int i = 0; i < map.length; i++) {
      sum += map[i];
      at = map[i] > map[at] ? i : at;
    }
    return new WordFigures(sum / map.length, map[at], at / maps.width(), at % maps.width());
  }
}
