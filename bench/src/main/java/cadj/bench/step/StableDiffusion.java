package cadj.bench.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.DenoiserPart;
import cadj.models.scheduler.PredictionType;
import cadj.models.vae.AutoencoderKL;
import cadj.models.vae.VaeConfig;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonFile;
import cadj.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Models of Stable Diffusion 1.4's size.
public final class StableDiffusion implements SizedModel {
  public static final int TEXT_TOKENS = 77;
  public static final int TEXT_WIDTH = 768;

  /// Resolutions that the UNet works at.
  static final int LEVELS = 4;

  private static final String UNET =
      """
      {
        "block_out_channels": [320, 640, 1280, 1280],
        "down_block_types": [
          "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"
        ],
        "up_block_types": [
          "UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"
        ],
        "layers_per_block": 2,
        "attention_head_dim": 8,
        "cross_attention_dim": 768,
        "norm_num_groups": 32,
        "sample_size": 64,
        "in_channels": 4,
        "out_channels": 4
      }
      """;

  private @Nullable Denoiser unet;

  private @Nullable AutoencoderKL vae;

  @Override
  public Denoiser denoiser() {
    Denoiser model = unet;
    if (model == null) {
      model = unet(StableDiffusion::weight);
      unet = model;
    }
    return model;
  }

  /// A UNet of the same shapes, whose weights are single zeros seen through those.
  static Denoiser shapes() {
    return unet((key, shape) -> Tensor.scalar(0).expand(shape));
  }

  private static Denoiser unet(Weights.Source weights) {
    ByteBuffer json = ByteBuffer.wrap(UNET.getBytes(UTF_8));
    return DenoiserPart.of("unet", JsonFile.parse(Path.of("config.json"), json))
        .build(Weights.of(weights), PredictionType.EPSILON);
  }

  @Override
  public Tensor latents(int batch, int side) {
    return noise(1, batch, 4, side, side);
  }

  @Override
  public Conditioning conditioning(int seed, int batch) {
    return Conditioning.of(noise(seed, batch, TEXT_TOKENS, TEXT_WIDTH));
  }

  @Override
  public double flop(int side) {
    return UNetFlop.forward(side);
  }

  public AutoencoderKL vae() {
    AutoencoderKL model = vae;
    if (model == null) {
      model = new AutoencoderKL(Weights.of(StableDiffusion::weight), vaeConfig());
      vae = model;
    }
    return model;
  }

  static VaeConfig vaeConfig() {
    return new VaeConfig(
        3, 3, 4, List.of(128, 256, 512, 512), 2, 32, 0.18215, 0, true, true, true, null);
  }

  static Tensor weight(String key, Shape shape) {
    F32 values = F32.allocate(shape.elements());
    if (shape.rank() > 1) {
      double deviation = Math.sqrt((double) shape.dim(0) / shape.elements());
      noise(values, key.hashCode(), (float) (deviation * Math.sqrt(3)));
    } else if (key.endsWith(".weight")) {
      Arrays.fill(values.array(), 1);
    }
    return Tensor.of(shape, values).onCurrentDevice();
  }

  /// Uniform in [−1, 1).
  static Tensor noise(int seed, int... dims) {
    Shape shape = Shape.of(dims);
    F32 values = F32.allocate(shape.elements());
    noise(values, seed, 1);
    return Tensor.of(shape, values).onCurrentDevice();
  }

  /// Uniform in [−bound, bound), in blocks on all threads: there are almost 10⁹ of them.
  private static void noise(F32 values, int seed, float bound) {
    Device.host()
        .parallelRange(
            values.length(),
            1 << 20,
            (from, to) -> {
              SplittableRandom random = new SplittableRandom(((long) seed << 32) + from);
              for (int i = from; i < to; i++) {
                values.array()[values.offset() + i] = (random.nextInt() * 0x1p-31f) * bound;
              }
            });
  }
}
