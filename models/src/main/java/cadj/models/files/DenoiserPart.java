package cadj.models.files;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.models.unet.UNet2DConditionModel;
import cadj.models.unet.UNetConfig;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The denoiser in a model folder: `unet/` with its `config.json` and weights.
public final class DenoiserPart {
  /// The part's folder.
  static final String NAME = "unet";

  /// Width of XL's time ids.
  private static final int TIME_IDS = 6;

  /// Length of a text's embedding.
  private static final int TOKENS = 77;

  private final JsonObject json;
  private final UNetConfig config;

  /// @param json the part's `config.json`
  public DenoiserPart(JsonObject json) {
    this.json = json;
    config = UNetConfig.of(json);
  }

  /// The denoiser of this configuration with `weights`.
  public Denoiser build(Weights weights, PredictionType predictionType) {
    return new UNet2DConditionModel(weights, config, predictionType);
  }

  int heads(String parameter) {
    return config.headsOf(parameter);
  }

  /// The denoiser with the weights of a checkpoint.
  Denoiser load(Checkpoint checkpoint, WeightMemory memory, PredictionType predictionType) {
    return CheckpointWeights.load(checkpoint, memory, weights -> build(weights, predictionType));
  }

  /// What one forward pass takes beside the weights.
  ///
  /// @param latents [N,C,h,w]
  DryRun.Memory work(Shape latents, PredictionType predictionType) {
    Denoiser hollow = build(CheckpointWeights.hollow(), predictionType);
    return DryRun.of(() -> pass(hollow, latents));
  }

  /// Shapes of what each module computes in a forward pass, by its key, in the order of
  /// computation.
  ///
  /// @param latents [N,C,h,w]
  SequencedMap<String, Shape> outputs(Shape latents, PredictionType predictionType) {
    Denoiser hollow = build(CheckpointWeights.hollow(), predictionType);
    SequencedMap<String, Shape> out = new LinkedHashMap<>();
    DryRun.of(
        () ->
            Activations.with(
                Activations.observe("**", (key, value) -> out.put(key, value.shape())),
                () -> pass(hollow, latents)));
    return out;
  }

  private Tensor pass(Denoiser hollow, Shape latents) {
    int batch = latents.dim(0);
    UNetConfig.Addition addition = config.addition();
    Tensor text = Tensor.empty(DType.F32, Shape.of(batch, TOKENS, config.crossAttentionDim()));
    Conditioning conditioning =
        addition == null
            ? new Conditioning(text, null, null)
            : new Conditioning(
                text,
                Tensor.empty(
                    DType.F32,
                    Shape.of(batch, addition.inputDim() - TIME_IDS * addition.timeEmbedDim())),
                Tensor.of(new float[batch * TIME_IDS], batch, TIME_IDS));
    return hollow.forward(Tensor.empty(DType.F32, latents), new float[batch], conditioning);
  }

  List<String> crossAttentions() {
    return build(CheckpointWeights.hollow(), PredictionType.EPSILON).crossAttentions();
  }

  static boolean isSite(Sites sites, String name, int rank) {
    return UNet2DConditionModel.isParameterOf(sites, name, rank);
  }

  LatentForm latentForm() {
    return new LatentForm(config.inChannels(), config.sampleHeight(), config.sampleWidth());
  }

  /// Sizes in which models of this architecture differ, by configuration key.
  SequencedMap<String, Object> sizes() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("block_out_channels", config.blockOutChannels());
    out.put("cross_attention_dim", config.crossAttentionDim());
    return out;
  }

  /// Requires that the denoiser fits the sizes of the other parts.
  ///
  /// @param textWidth of the text embeddings
  /// @param pooledWidth of the pooled text embedding of two text encoders, or 0 for one encoder
  /// @param latentChannels of the VAE
  void requireFit(int textWidth, int pooledWidth, int latentChannels) {
    requireSame("cross_attention_dim", config.crossAttentionDim(), textWidth);
    requireSame("in_channels", config.inChannels(), latentChannels);
    requireSame("out_channels", config.outChannels(), latentChannels);
    UNetConfig.Addition addition = config.addition();
    if ((addition != null) != (pooledWidth > 0)) {
      throw json.error(
          "addition_embed_type",
          addition == null ? "text_time, for two text encoders" : "none, for one text encoder",
          addition == null ? "none" : "text_time");
    }
    if (addition != null) {
      requireSame(
          "projection_class_embeddings_input_dim",
          addition.inputDim(),
          pooledWidth + TIME_IDS * addition.timeEmbedDim());
    }
  }

  private void requireSame(String key, int found, int expected) {
    if (found != expected) {
      throw json.error(
          key, expected + ", as the model's other parts have it", String.valueOf(found));
    }
  }
}
