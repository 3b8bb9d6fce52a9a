package cadj.bench.step;

import cadj.autograd.nn.Weights;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.models.unet.UNet2DConditionModel;
import cadj.models.unet.UNetConfig;
import cadj.models.vae.AutoencoderKL;
import cadj.models.vae.VaeConfig;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Models of Stable Diffusion 1.4's size in memory, single precision: only size and speed matter.
///
/// Weights are uniform with deviation 1/√fan-in, scales of norms 1, biases 0.
public final class StableDiffusion {
  public static final int TEXT_TOKENS = 77;
  public static final int TEXT_WIDTH = 768;

  /// Made when first asked for, and then kept.
  private @Nullable UNet2DConditionModel unet;

  private @Nullable AutoencoderKL vae;

  public UNet2DConditionModel unet() {
    UNet2DConditionModel model = unet;
    if (model == null) {
      model = new UNet2DConditionModel(Weights.of(StableDiffusion::weight), unetConfig());
      unet = model;
    }
    return model;
  }

  /// A UNet of the same shapes, whose weights are single zeros seen through those.
  static UNet2DConditionModel shapes() {
    return new UNet2DConditionModel(
        Weights.of((key, shape) -> Tensor.scalar(0).expand(shape)), unetConfig());
  }

  public AutoencoderKL vae() {
    AutoencoderKL model = vae;
    if (model == null) {
      model = new AutoencoderKL(Weights.of(StableDiffusion::weight), vaeConfig());
      vae = model;
    }
    return model;
  }

  static UNetConfig unetConfig() {
    return new UNetConfig(
        4,
        4,
        List.of(320, 640, 1280, 1280),
        List.of(true, true, true, false),
        List.of(false, true, true, true),
        2,
        Collections.nCopies(4, 8),
        Collections.nCopies(4, 1),
        TEXT_WIDTH,
        false,
        32,
        1e-5f,
        1,
        true,
        0,
        64,
        null);
  }

  static VaeConfig vaeConfig() {
    return new VaeConfig(3, 3, 4, List.of(128, 256, 512, 512), 2, 32, 0.18215, true, true, true);
  }

  private static Tensor weight(String key, Shape shape) {
    F32 values = F32.of(new float[shape.elements()]);
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
    F32 values = F32.of(new float[shape.elements()]);
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
                values.array()[i] = (random.nextInt() * 0x1p-31f) * bound;
              }
            });
  }
}
