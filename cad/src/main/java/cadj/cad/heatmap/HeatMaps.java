package cadj.cad.heatmap;

import static cadj.tensor.shape.Require.require;

import cadj.models.prompt.PromptWords.Phrase;
import java.util.Arrays;
import java.util.List;

/// Where in a picture each word acts, after DAAM, Tang et al. 2022 (arXiv:2210.04885), equation 5:
///
/// ```
/// p [heads,pixels,S]    probabilities of one attention to the text in one call of the denoiser
/// D_word = Σ_calls Σ_layers Σ_heads up(mean of p[head,·,token] over the word's tokens) / number
/// ```
///
/// `up` is bicubic to the size of the latents ([Bicubic]), which all layers are brought to before
/// they are added. The number of summands divides, so that values are probabilities: the share of
/// its attention that a pixel gives to the word; in a joint attention other pixels have a share
/// too. The maps of layers and of steps, which the sum is made of, have the whole for their mean,
/// weighted by heads. Only the prompt's half of a guided prediction counts. Between two samples the
/// bicubic curve can overshoot, also below 0.
///
/// Differs from the authors' code in that it leaves no layer out (there, layers of an eighth of the
/// latents' size), and does not cut off at 0 before adding.
///
/// @param words whose maps these are
/// @param layers in the order in which they act; each with sums over `calls`
/// @param calls of the denoiser that were watched, counted from 1
/// @param height of the latents
/// @param width of the latents
/// @param steps a part for each of `calls`, if that was wanted, else none
public record HeatMaps(
    List<Phrase> words,
    List<LayerHeat> layers,
    List<Integer> calls,
    int height,
    int width,
    List<StepHeat> steps) {
  public HeatMaps {
    require(!layers.isEmpty() && !calls.isEmpty(), "heat maps: nothing was watched");
  }

  /// One call's part.
  ///
  /// @param timestep that the denoiser was given
  /// @param maps mean probabilities [words][height·width]
  public record StepHeat(int call, double timestep, double[][] maps) {}

  /// The mean probability [height,width] of a word over all that was watched.
  public double[] of(int word) {
    return over(layers, word, calls.size(), height, width);
  }

  /// The mean probability of a word in one layer, at that layer's own size.
  public double[] ofLayer(int layer, int word) {
    return layers.get(layer).mean(word, calls.size());
  }

  /// The largest value of any word's map.
  public double largest() {
    double most = 0;
    for (int word = 0; word < words.size(); word++) {
      most = Math.max(most, Arrays.stream(of(word)).max().orElse(0));
    }
    return most;
  }

  /// The mean [height,width] over heads and `calls` calls of layers brought to that size.
  static double[] over(List<LayerHeat> layers, int word, int calls, int height, int width) {
    double[] out = new double[height * width];
    double heads = 0;
    for (LayerHeat layer : layers) {
      double[] part = layer.resized(word, height, width);
      for (int i = 0; i < out.length; i++) {
        out[i] += part[i];
      }
      heads += layer.heads();
    }
    for (int i = 0; i < out.length; i++) {
      out[i] /= heads * calls;
    }
    return out;
  }
}
