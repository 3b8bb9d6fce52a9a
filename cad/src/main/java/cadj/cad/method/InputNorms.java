package cadj.cad.method;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// How much each input feature of a linear layer is used while prompts are drawn. For x [N,T,F],
///
/// ```
/// n_j = √(Σ x_j²)   over tokens, samples and prompts, for each call of the denoiser
/// ```
///
/// Wanda (Sun et al. 2023, arXiv:2306.11695) ranks weights by |W_ij|·n_j.
public final class InputNorms {
  /// Below this a token's length counts as this much: `torch.nn.functional.normalize`.
  private static final double EPS = 1e-12;

  private final Tokens tokens;
  private final Samples samples;
  private final SequencedMap<String, List<double[]>> squares = new LinkedHashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();

  /// What becomes of each token before squares are summed up.
  public enum Tokens {
    AS_THEY_ARE,
    /// Scaled to unit length, so that all count alike.
    UNIT_LENGTH
  }

  /// Which samples of a guided prediction count.
  public enum Samples {
    /// Those of the negative prompt too.
    ALL,
    /// Those of the prompts only.
    PROMPTS
  }

  private InputNorms(Collection<String> layers, Tokens tokens, Samples samples) {
    this.tokens = tokens;
    this.samples = samples;
    layers.forEach(layer -> squares.put(layer, new ArrayList<>()));
  }

  /// Draws every prompt from the same start noise, and looks at the inputs of `layers`.
  ///
  /// @param layers keys of linear layers of the denoiser
  /// @param start standard normal [1,C,h,w]
  public static InputNorms of(
      TextToImage pipeline,
      Collection<String> layers,
      List<String> prompts,
      Tensor start,
      TextToImage.Settings sampling,
      Tokens tokens,
      Samples samples,
      EditMethod.Progress progress) {
    require(!layers.isEmpty(), "input norms: expected at least one layer");
    require(!prompts.isEmpty(), "input norms: expected at least one prompt");
    require(start.dim(0) == 1, "input norms: expected one start noise, got %s", start.shape());
    InputNorms out = new InputNorms(layers, tokens, samples);
    int perPass = TextToImage.picturesPerPass(start.shape().with(0, prompts.size()));
    for (int from = 0; from < prompts.size(); from += perPass) {
      List<String> some = prompts.subList(from, Math.min(prompts.size(), from + perPass));
      int before = from;
      out.draw(
          pipeline,
          some,
          start,
          sampling,
          (done, total) ->
              progress.at(
                  "observing activations",
                  before * total + some.size() * done,
                  prompts.size() * total));
    }
    return out;
  }

  private void draw(
      TextToImage pipeline,
      List<String> prompts,
      Tensor start,
      TextToImage.Settings sampling,
      TextToImage.Progress progress) {
    boolean guided = Guidance.isOn(sampling.guidance());
    List<Intervention> observers =
        squares.keySet().stream()
            .map(layer -> Activations.observe(layer + ":input", (key, x) -> add(layer, x, guided)))
            .toList();
    calls.clear();
    Scope.run(
        "observe",
        () -> {
          int factor = pipeline.vae().config().downsampleFactor();
          int height = start.dim(2) * factor;
          int width = start.dim(3) * factor;
          Conditioning alone = pipeline.text().encode(prompts, height, width);
          Conditioning negative = pipeline.text().encodeNegative(null, alone, height, width);
          Tensor latents = start.expand(start.shape().with(0, prompts.size())).contiguous();
          Activations.with(
              observers,
              () ->
                  pipeline.denoise(
                      latents,
                      pipeline.text().lengthened(alone, negative),
                      negative,
                      sampling,
                      Scheduler.Noise.NONE,
                      progress));
        });
  }

  /// Adds the input [N,T,F] of a layer at its next call.
  private void add(String layer, Tensor x, boolean guided) {
    int features = x.dim(-1);
    List<double[]> byCall = requireNonNull(squares.get(layer));
    int call = calls.merge(layer, 1, Integer::sum) - 1;
    if (call == byCall.size()) {
      byCall.add(new double[features]);
    }
    double[] sums = byCall.get(call);
    float[] values = x.toFloats();
    int from = guided && samples == Samples.PROMPTS ? values.length / 2 : 0;
    for (int token = from; token < values.length; token += features) {
      double length = tokens == Tokens.UNIT_LENGTH ? length(values, token, features) : 1;
      for (int j = 0; j < features; j++) {
        double value = values[token + j] / length;
        sums[j] += value * value;
      }
    }
  }

  private static double length(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.max(EPS, Math.sqrt(sum));
  }

  /// Norms of a layer's input features at each call [calls][features].
  public float[][] byCall(String layer) {
    return requireNonNull(squares.get(layer)).stream()
        .map(InputNorms::roots)
        .toArray(float[][]::new);
  }

  /// Norms of a layer's input features over all calls.
  public float[] total(String layer) {
    List<double[]> byCall = requireNonNull(squares.get(layer));
    double[] sums = new double[byCall.getFirst().length];
    for (double[] call : byCall) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += call[j];
      }
    }
    return roots(sums);
  }

  private static float[] roots(double... squares) {
    float[] out = new float[squares.length];
    for (int j = 0; j < out.length; j++) {
      out[j] = (float) Math.sqrt(squares[j]);
    }
    return out;
  }
}
