package cadj.cad.graph;

import static cadj.autograd.ops.MseLoss.sumSquaredDifference;

import cadj.autograd.graph.Tape;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A text encoder, whose embedding of the prompt the denoiser reads at one time step: J is that of
/// [DenoiserRun].
///
/// @param part `text_encoder` or `text_encoder_2`
/// @param target the prediction for the empty prompt, a constant
record TextEncoderRun(
    TextToImage pipeline,
    String part,
    String prompt,
    Tensor latents,
    double timestep,
    Tensor target)
    implements PartRun {
  static TextEncoderRun of(
      TextToImage pipeline, String part, String prompt, Tensor latents, double timestep) {
    Tensor target = Tape.noGrad(() -> predict(pipeline, "", latents, timestep));
    return new TextEncoderRun(pipeline, part, prompt, latents, timestep, target);
  }

  private static Tensor predict(
      TextToImage pipeline, String prompt, Tensor latents, double timestep) {
    int factor = pipeline.vae().config().downsampleFactor();
    return pipeline
        .denoiser()
        .forward(
            latents,
            timestep,
            pipeline
                .text()
                .encode(List.of(prompt), latents.dim(2) * factor, latents.dim(3) * factor));
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    String prefix = part + ".";
    pipeline
        .text()
        .parameters()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                out.put(name.substring(prefix.length()), tensor);
              }
            });
    return out;
  }

  /// Tokens, which have no gradient.
  @Override
  public SequencedMap<String, Tensor> inputs() {
    return new LinkedHashMap<>();
  }

  @Override
  public Tensor objective() {
    return sumSquaredDifference(target, predict(pipeline, prompt, latents, timestep));
  }

  @Override
  public String words() {
    return "squared distance between the denoiser's predictions with the prompt and with the empty"
        + " one";
  }

  /// The first encoder runs first, and both have the same keys.
  @Override
  public int call() {
    return part.endsWith("_2") ? 1 : 0;
  }
}
