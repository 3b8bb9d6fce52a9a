package cadj.cad.heatmap;

import java.util.Arrays;

/// What one attention to the text gave to each word so far: probabilities, of a word the mean over
/// its tokens, summed over heads and calls of the denoiser.
///
/// @param key of the attention
/// @param height in pixels of this layer
/// @param width in pixels of this layer
/// @param sums [words][height·width]
public record LayerHeat(String key, int heads, int height, int width, double[][] sums) {
  /// Nothing yet.
  static LayerHeat none(String key, int heads, int height, int width, int words) {
    return new LayerHeat(key, heads, height, width, new double[words][height * width]);
  }

  void add(LayerHeat other) {
    for (int word = 0; word < sums.length; word++) {
      for (int i = 0; i < sums[word].length; i++) {
        sums[word][i] += other.sums[word][i];
      }
    }
  }

  /// The mean probability [height,width] of a word over heads and `calls` calls.
  double[] mean(int word, int calls) {
    return Arrays.stream(sums[word]).map(sum -> sum / ((double) heads * calls)).toArray();
  }

  /// The sum of a word at another size.
  double[] resized(int word, int toHeight, int toWidth) {
    return Bicubic.resize(sums[word], height, width, toHeight, toWidth);
  }
}
