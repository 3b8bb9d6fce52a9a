package cadj.models.files;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.PredictionType;
import cadj.models.unet.UNet2DConditionModel;
import cadj.models.unet.UNetConfig;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// `unet/`: the denoiser of Stable Diffusion 1, 2 and XL.
final class UNetPart extends DenoiserPart {
  static final String NAME = "unet";
  static final String CLASS = "UNet2DConditionModel";

  /// Width of XL's time ids.
  private static final int TIME_IDS = 6;

  /// Length of a text's embedding.
  private static final int TOKENS = 77;

  private final UNetConfig config;

  UNetPart(JsonObject json) {
    super(json);
    config = UNetConfig.of(json);
  }

  @Override
  public Denoiser build(Weights weights, PredictionType predictionType) {
    return new UNet2DConditionModel(weights, config, predictionType);
  }

  @Override
  int heads(String parameter) {
    return config.headsOf(parameter);
  }

  @Override
  boolean isSite(Sites sites, String name, int rank) {
    return UNet2DConditionModel.isParameterOf(sites, name, rank);
  }

  @Override
  LatentForm latentForm() {
    return new LatentForm(config.inChannels(), config.sampleHeight(), config.sampleWidth());
  }

  @Override
  int latentMultiple() {
    return 1;
  }

  @Override
  int textWidth() {
    return config.crossAttentionDim();
  }

  @Override
  Conditioning conditioning(int batch, TextSettings texts) {
    UNetConfig.Addition addition = config.addition();
    Tensor text = Tensor.empty(DType.F32, Shape.of(batch, TOKENS, config.crossAttentionDim()));
    return addition == null
        ? Conditioning.of(text)
        : new Conditioning(
            text,
            Tensor.empty(
                DType.F32,
                Shape.of(batch, addition.inputDim() - TIME_IDS * addition.timeEmbedDim())),
            Tensor.of(new float[batch * TIME_IDS], batch, TIME_IDS));
  }

  @Override
  SequencedMap<String, Object> sizes() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("block_out_channels", config.blockOutChannels());
    out.put("cross_attention_dim", config.crossAttentionDim());
    return out;
  }

  @Override
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
}
