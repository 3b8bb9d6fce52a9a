package cadj.cad.attribution;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A denoiser and the text encoders before it as one network Φ(x_t, τ(prompt), t), so that a
/// prediction for the concept depends on the encoders' weights too.
///
/// Conditioning inputs that are the embedding of one of the concept's prompts are encoded anew,
/// under the current tape; all others, such as the base prompt's, are constants. Told apart by
/// their values: a point is the same whatever is scored.
final class PromptedDenoiser extends ForwardingDenoiser {
  private final Denoiser denoiser;
  private final TextEncoder text;
  private final Prompts prompts;

  private PromptedDenoiser(Denoiser denoiser, TextEncoder text, Prompts prompts) {
    super(denoiser);
    this.denoiser = denoiser;
    this.text = text;
    this.prompts = prompts;
  }

  /// The denoiser of `pipeline`, with its text encoders before it where it is asked for one of
  /// `prompts`.
  static PromptedDenoiser of(TextToImage pipeline, List<String> prompts) {
    return new PromptedDenoiser(
        pipeline.denoiser(),
        pipeline.text(),
        new Prompts(
            prompts, pipeline.text(), pipeline.vae().config().downsampleFactor(), new HashMap<>()));
  }

  /// The prompts, and their embeddings with the model's own weights.
  ///
  /// @param factor pixels of a picture per latent, in height and width
  private record Prompts(
      List<String> all, TextEncoder text, int factor, Map<Asked, Conditioning> embeddings) {
    private record Asked(String prompt, int height, int width) {}

    /// `conditioning` as `encoder` has it now, for latents [N,C,h,w].
    Conditioning encodedBy(TextEncoder encoder, Conditioning conditioning, Tensor latents) {
      for (String prompt : all) {
        Asked asked = new Asked(prompt, latents.dim(2) * factor, latents.dim(3) * factor);
        if (embeddings.computeIfAbsent(asked, a -> encode(text, a)).sameAs(conditioning)) {
          return encoder.encode(List.of(prompt), asked.height, asked.width);
        }
      }
      return conditioning;
    }

    private static Conditioning encode(TextEncoder text, Asked asked) {
      return Tape.noGrad(
          () -> Scope.outside(() -> text.encode(List.of(asked.prompt), asked.height, asked.width)));
    }
  }

  /// The denoiser's, then the text encoders', each behind its part's name.
  @Override
  public SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>(denoiser.parameters());
    out.putAll(text.parameters());
    return out;
  }

  @Override
  public Denoiser with(Map<String, Tensor> parameters) {
    Map<String, Tensor> others = new LinkedHashMap<>(parameters);
    others.keySet().removeIf(TextEncoder::isParameter);
    return new PromptedDenoiser(denoiser.with(others), text.with(parameters), prompts);
  }

  @Override
  public boolean isSite(Sites sites, String name, int rank) {
    return TextEncoder.isParameter(name)
        ? TextEncoder.isSite(sites, name, rank)
        : denoiser.isSite(sites, name, rank);
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    return Scope.keep(
        "prompted denoiser",
        () -> denoiser.forward(latents, timesteps, prompts.encodedBy(text, conditioning, latents)));
  }
}
