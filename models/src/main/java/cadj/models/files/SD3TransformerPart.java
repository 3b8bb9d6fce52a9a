package cadj.models.files;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.PredictionType;
import cadj.models.sd3.SD3Transformer2DModel;
import cadj.models.sd3.SD3TransformerConfig;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// `transformer/`: the denoiser of Stable Diffusion 3 and 3.5.
final class SD3TransformerPart extends DenoiserPart {
  static final String NAME = "transformer";
  static final String CLASS = "SD3Transformer2DModel";

  /// CLIP's tokens in a text's embedding; T5's are behind them.
  private static final int TOKENS = 77;

  private final SD3TransformerConfig config;

  SD3TransformerPart(JsonObject json) {
    super(json);
    config = SD3TransformerConfig.of(json);
  }

  @Override
  public Denoiser build(Weights weights, PredictionType predictionType) {
    return new SD3Transformer2DModel(weights, config, predictionType);
  }

  @Override
  int heads(String parameter) {
    return config.headsOf(parameter);
  }

  @Override
  boolean isSite(Sites sites, String name, int rank) {
    return SD3Transformer2DModel.isParameterOf(sites, name, rank);
  }

  @Override
  LatentForm latentForm() {
    return new LatentForm(config.inChannels(), config.sampleSize(), config.sampleSize());
  }

  @Override
  int latentMultiple() {
    return config.patchSize();
  }

  @Override
  int textWidth() {
    return config.jointAttentionDim();
  }

  @Override
  Conditioning conditioning(int batch, TextSettings texts) {
    return new Conditioning(
        Tensor.empty(
            DType.F32, Shape.of(batch, TOKENS + texts.t5Length(), config.jointAttentionDim())),
        Tensor.empty(DType.F32, Shape.of(batch, config.pooledProjectionDim())),
        null);
  }

  @Override
  SequencedMap<String, Object> sizes() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("num_layers", config.numLayers());
    out.put("num_attention_heads", config.numAttentionHeads());
    out.put("joint_attention_dim", config.jointAttentionDim());
    return out;
  }

  @Override
  void requireFit(int textWidth, int pooledWidth, int latentChannels) {
    requireSame("joint_attention_dim", config.jointAttentionDim(), textWidth);
    requireSame("pooled_projection_dim", config.pooledProjectionDim(), pooledWidth);
    requireSame("in_channels", config.inChannels(), latentChannels);
    requireSame("out_channels", config.outChannels(), latentChannels);
  }
}
