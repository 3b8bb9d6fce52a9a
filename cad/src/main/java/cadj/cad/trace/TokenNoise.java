package cadj.cad.trace;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.kernels.device.F32;
import cadj.kernels.random.SplitMix64;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextEncoder;
import cadj.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Gaussian noise on the embeddings of the concept's tokens, where they enter the text encoder, as
/// Meng et al. 2022 (arXiv:2202.05262) corrupt a subject:
///
/// ```
/// e + factor·σ·ε,   σ the standard deviation of the embeddings e of these tokens
/// ```
///
/// CLIP's encoder is causal. So the concept leaves the embeddings of its own tokens and of all that
/// follow, end and padding among them, and what stands before it stays as it is. Noise on the
/// encoder's output at these tokens alone would leave the concept in those behind. T5 sees both
/// ways, and it leaves them all.
///
/// @param word of the prompt, or words that follow each other
/// @param factor 3 in that work, on language models
public record TokenNoise(String word, double factor) implements Corruption {
  public TokenNoise {
    require(
        factor >= 0 && Double.isFinite(factor),
        "--noise: expected a finite number of at least 0, got %s",
        factor);
  }

  /// @throws IllegalArgumentException if the prompt does not have the word
  @Override
  public void requireFits(TextEncoder text, String prompt) {
    text.words(prompt).find(word);
  }

  @Override
  public Conditioning encode(
      TextEncoder text, TraceSettings settings, int first, int count, int height, int width) {
    List<String> prompts = Collections.nCopies(count, settings.prompt());
    List<Integer> places = text.words(settings.prompt()).find(word).places();
    TorchGenerator[] generators = new TorchGenerator[count];
    for (int n = 0; n < count; n++) {
      generators[n] = new TorchGenerator(SplitMix64.at(settings.seed(), first + n));
    }
    return Activations.with(
        text.changingTokens(
            settings.prompt(),
            (own, from) -> {
              int tokens = own.dim(1);
              List<Integer> here =
                  places.stream()
                      .filter(place -> place >= from && place < from + tokens)
                      .map(place -> place - from)
                      .toList();
              return here.isEmpty() ? own : noised(own, here, generators);
            }),
        () -> text.encode(prompts, height, width));
  }

  /// e [N,T,hidden] with noise at `places` of T, of each sample from its own generator.
  private Tensor noised(Tensor embeddings, List<Integer> places, TorchGenerator... generators) {
    int hidden = embeddings.dim(2);
    float[] values = embeddings.toFloats();
    float scale = (float) (factor * deviation(values, places, hidden));
    for (int n = 0; n < generators.length; n++) {
      float[] noise = new float[places.size() * hidden];
      generators[n].randn(F32.of(noise));
      for (int i = 0; i < noise.length; i++) {
        int place = n * embeddings.dim(1) + places.get(i / hidden);
        values[place * hidden + i % hidden] += scale * noise[i];
      }
    }
    return Tensor.of(values, embeddings.shape().toArray());
  }

  /// Of the first sample's values at `places`; all samples have the same.
  private static double deviation(float[] values, List<Integer> places, int hidden) {
    double sum = 0;
    double squares = 0;
    for (int place : places) {
      for (int i = place * hidden; i < (place + 1) * hidden; i++) {
        sum += values[i];
        squares += (double) values[i] * values[i];
      }
    }
    double n = (double) places.size() * hidden;
    return Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n)));
  }

  @Override
  public SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("corruption", "noise");
    out.put("word", word);
    out.put("noise", Double.toString(factor));
    return out;
  }
}
