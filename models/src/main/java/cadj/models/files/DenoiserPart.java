package cadj.models.files;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The denoiser in a model folder: its part's `config.json` and weights.
public abstract sealed class DenoiserPart permits UNetPart, SD3TransformerPart {
  /// Folders of all kinds of denoisers.
  static final List<String> NAMES = List.of(UNetPart.NAME, SD3TransformerPart.NAME);

  final JsonObject json;

  DenoiserPart(JsonObject json) {
    this.json = json;
  }

  /// @param name the part's folder, one of [#NAMES]
  /// @param json the part's `config.json`
  public static DenoiserPart of(String name, JsonObject json) {
    return switch (name) {
      case UNetPart.NAME -> new UNetPart(json);
      case SD3TransformerPart.NAME -> new SD3TransformerPart(json);
      default -> throw new IllegalArgumentException("no denoiser is called " + name);
    };
  }

  /// The class, as diffusers calls it, that is built of the part of that name.
  static String className(String name) {
    return name.equals(UNetPart.NAME) ? UNetPart.CLASS : SD3TransformerPart.CLASS;
  }

  /// The denoiser of this configuration with `weights`.
  public abstract Denoiser build(Weights weights, PredictionType predictionType);

  /// [Denoiser#heads]
  abstract int heads(String parameter);

  /// [Denoiser#isSite]
  abstract boolean isSite(Sites sites, String name, int rank);

  abstract LatentForm latentForm();

  /// Of which number the sides of latents must be multiples.
  abstract int latentMultiple();

  /// Width of the text embeddings that it takes.
  abstract int textWidth();

  /// Conditioning inputs of the sizes that this denoiser takes of prompts that are read so, without
  /// values.
  abstract Conditioning conditioning(int batch, TextSettings texts);

  /// Sizes in which models of this architecture differ, by configuration key.
  abstract SequencedMap<String, Object> sizes();

  /// Requires that the denoiser fits the sizes of the other parts.
  ///
  /// @param textWidth of the text embeddings
  /// @param pooledWidth of the pooled text embedding, or 0 if there is none
  /// @param latentChannels of the VAE
  abstract void requireFit(int textWidth, int pooledWidth, int latentChannels);

  /// The denoiser with the weights of a checkpoint.
  Denoiser load(Checkpoint checkpoint, WeightMemory memory, PredictionType predictionType) {
    return CheckpointWeights.load(checkpoint, memory, weights -> build(weights, predictionType));
  }

  /// What one forward pass takes beside the weights.
  ///
  /// @param latents [N,C,h,w]
  DryRun.Memory work(Shape latents, TextSettings texts) {
    Denoiser hollow = hollow();
    return DryRun.of(() -> pass(hollow, latents, texts));
  }

  /// Shapes of what each module computes in a forward pass, by its key, in the order of
  /// computation.
  ///
  /// @param latents [N,C,h,w]
  SequencedMap<String, Shape> outputs(Shape latents, TextSettings texts) {
    Denoiser hollow = hollow();
    SequencedMap<String, Shape> out = new LinkedHashMap<>();
    DryRun.of(
        () ->
            Activations.with(
                Activations.observe("**", (key, value) -> out.put(key, value.shape())),
                () -> pass(hollow, latents, texts)));
    return out;
  }

  private Tensor pass(Denoiser hollow, Shape latents, TextSettings texts) {
    int batch = latents.dim(0);
    return hollow.forward(
        Tensor.empty(DType.F32, latents), new float[batch], conditioning(batch, texts));
  }

  /// Without weights: only what follows from the configuration.
  Denoiser hollow() {
    return build(CheckpointWeights.hollow(), PredictionType.EPSILON);
  }

  void requireSame(String key, int found, int expected) {
    if (found != expected) {
      throw json.error(
          key, expected + ", as the model's other parts have it", String.valueOf(found));
    }
  }
}
