package cadj.bench.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.DenoiserPart;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Stable Diffusion 3.5 medium's transformer with 6 of its 24 blocks, of which half, as there, have
/// a second attention: whole, with PyTorch's beside it, it would not fit a machine of 24 GB.
public final class StableDiffusion3 implements SizedModel {
  /// CLIP's tokens, then T5's.
  static final int TEXT_TOKENS = 77 + 256;

  private static final int CHANNELS = 16;
  private static final int TEXT_WIDTH = 4096;
  private static final int POOLED_WIDTH = 2048;

  private static final String TRANSFORMER =
      """
      {
        "sample_size": 128,
        "patch_size": 2,
        "in_channels": 16,
        "out_channels": 16,
        "num_layers": 6,
        "attention_head_dim": 64,
        "num_attention_heads": 24,
        "caption_projection_dim": 1536,
        "joint_attention_dim": 4096,
        "pooled_projection_dim": 2048,
        "pos_embed_max_size": 384,
        "dual_attention_layers": [0, 1, 2],
        "qk_norm": "rms_norm"
      }
      """;

  private @Nullable Denoiser transformer;

  @Override
  public Denoiser denoiser() {
    Denoiser model = transformer;
    if (model == null) {
      model = transformer(StableDiffusion::weight);
      transformer = model;
    }
    return model;
  }

  /// A transformer of the same shapes, whose weights are single zeros seen through those.
  static Denoiser shapes() {
    return transformer((key, shape) -> Tensor.scalar(0).expand(shape));
  }

  private static Denoiser transformer(Weights.Source weights) {
    ByteBuffer json = ByteBuffer.wrap(TRANSFORMER.getBytes(UTF_8));
    return DenoiserPart.of("transformer", JsonFile.parse(Path.of("config.json"), json))
        .build(Weights.of(weights), PredictionType.FLOW);
  }

  @Override
  public Tensor latents(int batch, int side) {
    return StableDiffusion.noise(1, batch, CHANNELS, side, side);
  }

  @Override
  public Conditioning conditioning(int seed, int batch) {
    return new Conditioning(
        StableDiffusion.noise(seed, batch, TEXT_TOKENS, TEXT_WIDTH),
        StableDiffusion.noise(seed, batch, POOLED_WIDTH),
        null);
  }

  @Override
  public double flop(int side) {
    return SD3Flop.forward(side);
  }
}
