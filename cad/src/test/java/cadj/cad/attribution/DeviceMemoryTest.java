package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Weights;
import cadj.cad.attribution.Attribution.Progress;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.DryDriver;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.PublishedUNet;
import cadj.models.original.Family;
import cadj.models.original.PublishedConfig;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.vae.AutoencoderKL;
import cadj.models.vae.VaeConfig;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What published models take of a GPU's memory with weights in half precision, by the pool's own
/// account, on a device that computes nothing and has no more memory than is asked for.
@Isolated
final class DeviceMemoryTest {
  private static final long GB = 1_000_000_000;

  /// Of Stable Diffusion 1.4's text encoder and VAE, in half precision.
  private static final long OTHER_PARTS = 2 * (123_060_480L + 83_653_863L);

  /// Of XL's two, in half precision.
  private static final long XL_TEXT_ENCODERS = 2 * (123_060_480L + 694_659_840L);

  private static final int XL_POOLED = 1280;

  private static Gpu gpu(long bytes, DType weights) {
    return new Gpu(
        new DryDriver(bytes), null, null, new Precision(MatmulPrecision.HIGHEST, true, weights));
  }

  private static PublishedUNet unet(Family family, Gpu gpu) {
    return PublishedUNet.of(family, (key, shape) -> weight(gpu, shape));
  }

  /// On the host where those that are used together are asked for.
  private static Tensor weight(Gpu gpu, Shape shape) {
    Tensor values = Tensor.of(shape, F32.of(new float[shape.elements()]));
    return Device.current() instanceof Gpu && shape.rank() > 1
        ? values.halvesOn(gpu, gpu.precision().weights())
        : values.onCurrentDevice();
  }

  /// One scored step of erasing. (With all sites, sums alone would take 6.9 GB.)
  @ParameterizedTest
  @EnumSource(names = {"FF", "ATTENTION"})
  void erasingOnStableDiffusion1(Sites sites) {
    long budget = 6 * GB - OTHER_PARTS;
    try (Gpu gpu = gpu(budget, DType.F16)) {
      Device.with(
          gpu,
          () -> {
            PublishedUNet unet = unet(Family.SD1, gpu);
            long weights = gpu.pool().liveBytes();
            assertTrue(weights > 1.7 * GB && weights < 1.9 * GB, () -> "weights: " + weights);
            OnePoint points = new OnePoint(unet);
            Runs.attribution(
                    points, new EraseObjective(true), points.denoiser().parameters(List.of(sites)))
                .run(false, Progress.NONE);
            return unet;
          });
    }
  }

  /// Guided denoising of one picture of 1024 × 1024, and its decoding.
  @Test
  void generatingWithXl() {
    long budget = 10 * GB - XL_TEXT_ENCODERS;
    try (Gpu gpu = gpu(budget, DType.F16)) {
      Device.with(
          gpu,
          () -> {
            PublishedUNet unet = unet(Family.SDXL, gpu);
            AutoencoderKL vae =
                new AutoencoderKL(
                    Weights.of((key, shape) -> weight(gpu, shape)),
                    VaeConfig.of(PublishedConfig.of(Family.SDXL, "vae")));
            long weights = gpu.pool().liveBytes();
            assertTrue(weights > 5.1 * GB && weights < 5.7 * GB, () -> "weights: " + weights);
            Conditioning both = unet.conditioning(2, XL_POOLED, it -> Tensor.zeros(DType.F32, it));
            Shape shape = unet.denoiser().latentForm().shape(2);
            Tensor latents = Tensor.zeros(DType.F32, shape);
            Scope.run("step", () -> Tape.noGrad(() -> unet.denoiser().forward(latents, 501, both)));
            Scope.run("decode", () -> Tape.noGrad(() -> vae.decode(latents.slice(0, 0, 1))));
            return unet;
          });
    }
  }

  /// A single point at Stable Diffusion's size.
  private record OnePoint(PublishedUNet unet) implements Points {
    @Override
    public Denoiser denoiser() {
      return unet.denoiser();
    }

    @Override
    public int trajectories() {
      return 1;
    }

    @Override
    public int pointsPerTrajectory() {
      return 1;
    }

    @Override
    public double[] timesteps() {
      return new double[] {501};
    }

    @Override
    public double divisor() {
      return 1;
    }

    @Override
    public Supplier<Point> trajectory(int trajectory, int first) {
      return () -> {
        Shape shape = denoiser().latentForm().shape(1);
        Conditioning concept = unet.conditioning(1, 0, it -> Tensor.zeros(DType.F32, it));
        return new Point(
            0,
            0,
            Tensor.zeros(DType.F32, shape),
            501,
            new NoiseLevel(0.5, 0.5),
            concept,
            Tensor.zeros(DType.F32, shape));
      };
    }
  }
}
