package cadj.models.files;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// `transformer/`: the denoiser of Stable Diffusion 3 and 3.5.
final class SD3TransformerPart extends DenoiserPart {
  static final String NAME = "transformer";
  static final String CLASS = "SD3Transformer2DModel";

  /// Length of a text's embedding: CLIP's tokens, then T5's.
  private static final int TOKENS = 77 + 256;

  SD3TransformerPart(JsonObject json) {
    super(json);
    throw json.error("_class_name", "UNet2DConditionModel", "SD3Transformer2DModel");
  }

  @Override
  public Denoiser build(Weights weights, PredictionType predictionType) {
    throw new UnsupportedOperationException();
  }

  @Override
  int heads(String parameter) {
    throw new UnsupportedOperationException();
  }

  @Override
  boolean isSite(Sites sites, String name, int rank) {
    throw new UnsupportedOperationException();
  }

  @Override
  LatentForm latentForm() {
    throw new UnsupportedOperationException();
  }

  @Override
  Conditioning conditioning(int batch) {
    int width = json.integer("joint_attention_dim");
    return new Conditioning(
        Tensor.empty(DType.F32, Shape.of(batch, TOKENS, width)),
        Tensor.empty(DType.F32, Shape.of(batch, json.integer("pooled_projection_dim"))),
        null);
  }

  @Override
  SequencedMap<String, Object> sizes() {
    return new LinkedHashMap<>();
  }

  @Override
  void requireFit(int textWidth, int pooledWidth, int latentChannels) {
    throw new UnsupportedOperationException();
  }
}
