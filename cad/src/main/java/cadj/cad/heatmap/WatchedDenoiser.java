package cadj.cad.heatmap;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.cad.generate.RowRange;
import cadj.cad.heatmap.HeatMaps.StepHeat;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;

/// A denoiser that draws one picture and notes what its attentions to the text give to words, of
/// the last sample of each batch: with guidance, the prompt's behind the negative one's.
///
/// Predictions keep their bits. Probabilities of one layer are there at a time; kept are sums over
/// calls, of words only.
public final class WatchedDenoiser extends ForwardingDenoiser {
  private final List<Phrase> words;
  private final List<String> layers;
  private final RowRange range;
  private final boolean perStep;

  private final SequencedMap<String, LayerHeat> sums = new LinkedHashMap<>();
  private final List<StepHeat> steps = new ArrayList<>();
  private final List<Integer> watched = new ArrayList<>();
  private int calls;
  private int height;
  private int width;

  /// @param layers some of its [#textAttentions]
  /// @param range of the calls to watch, counted from 1
  /// @param perStep whether each call's part is kept too
  public WatchedDenoiser(
      Denoiser denoiser, List<Phrase> words, List<String> layers, RowRange range, boolean perStep) {
    super(denoiser);
    this.words = List.copyOf(words);
    this.layers = List.copyOf(layers);
    this.range = range;
    this.perStep = perStep;
  }

  /// Observers of the probabilities of `layers`, for one forward pass.
  public static List<Intervention> observing(
      List<String> layers, BiConsumer<String, Tensor> observer) {
    return layers.stream()
        .map(
            layer ->
                Activations.observe(
                    layer + ":probabilities",
                    (key, probabilities) -> observer.accept(layer, probabilities)))
        .toList();
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    calls++;
    if (!range.has(calls)) {
      return super.forward(latents, timesteps, conditioning);
    }
    height = latents.dim(2);
    width = latents.dim(3);
    int text = conditioning.text().dim(1);
    Map<String, LayerHeat> now = new LinkedHashMap<>();
    Tensor out =
        Activations.with(
            observing(layers, (key, p) -> now.put(key, heat(key, p, text))),
            () -> super.forward(latents, timesteps, conditioning));
    watched.add(calls);
    if (perStep) {
      List<LayerHeat> all = List.copyOf(now.values());
      double[][] maps = new double[words.size()][];
      for (int word = 0; word < maps.length; word++) {
        maps[word] = HeatMaps.over(all, word, 1, height, width);
      }
      steps.add(new StepHeat(calls, timesteps[timesteps.length - 1], maps));
    }
    now.forEach(
        (key, heat) -> {
          sums.putIfAbsent(
              key, LayerHeat.none(key, heat.heads(), heat.height(), heat.width(), words.size()));
          requireNonNull(sums.get(key)).add(heat);
        });
    return out;
  }

  /// @param p [N,heads,pixels,S], or of a joint attention [N,heads,pixels+S,pixels+S]
  /// @param text S
  private LayerHeat heat(String key, Tensor p, int text) {
    int heads = p.dim(1);
    int rows = p.dim(2);
    int columns = p.dim(3);
    int before = columns - text; // pixels that pixels pay attention to
    int pixels = before == 0 ? rows : before;
    int h = height;
    int w = width;
    // each level of a UNet halves, odd sides rounded up; so do patches
    while (h * w > pixels && h * w > 1) {
      h = Math.ceilDiv(h, 2);
      w = Math.ceilDiv(w, 2);
    }
    require(
        h * w == pixels,
        "%s: expected as many pixels as latents of %d×%d have when halved, got %d",
        key,
        height,
        width,
        pixels);
    LayerHeat out = LayerHeat.none(key, heads, h, w, words.size());
    float[] values = p.slice(0, p.dim(0) - 1, p.dim(0)).toFloats();
    for (int word = 0; word < words.size(); word++) {
      List<Integer> places = words.get(word).places();
      double[] sum = out.sums()[word];
      for (int place : places) {
        for (int i = 0; i < heads * pixels; i++) {
          int row = i / pixels * rows + i % pixels;
          sum[i % pixels] += values[row * columns + before + place];
        }
      }
      for (int i = 0; i < pixels; i++) {
        sum[i] /= places.size();
      }
    }
    return out;
  }

  /// What was found.
  ///
  /// @throws IllegalArgumentException if none of the calls there were was to be watched
  public HeatMaps maps() {
    require(
        !watched.isEmpty(),
        "heat maps: none of the %d calls of the denoiser was to be watched",
        calls);
    return new HeatMaps(
        words, List.copyOf(sums.values()), List.copyOf(watched), height, width, steps);
  }
}
