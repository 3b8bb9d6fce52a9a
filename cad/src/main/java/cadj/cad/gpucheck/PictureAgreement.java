package cadj.cad.gpucheck;

import cadj.kernels.device.BorrowedDriver;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.EmbeddedModels;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/// A picture of the embedded model from the device, twice, beside the processor's: with the
/// precision asked for, and with fp32 throughout.
final class PictureAgreement {
  private static final String PROMPT = "a photo of a sneaker";
  private static final double GUIDANCE = 4;
  private static final int STEPS = 20;
  private static final int TOY_STEPS = 1;

  private final Gpu gpu;
  private final PrintWriter out;
  private final int steps;

  PictureAgreement(Gpu gpu, PrintWriter out) {
    this.gpu = gpu;
    this.out = out;
    this.steps = CheckSize.of(gpu) == CheckSize.FULL ? STEPS : TOY_STEPS;
  }

  void run() {
    float[] expected = Device.with(Device.host(), this::picture);
    beside(expected, gpu);
    if (!gpu.precision().equals(Precision.FULL)) {
      beside(
          expected,
          new Gpu(new BorrowedDriver(gpu.driver()), gpu.blas(), gpu.dnn(), Precision.FULL));
    }
  }

  private void beside(float[] expected, Gpu on) {
    float[] first = Device.with(on, this::picture);
    float[] second = Device.with(on, this::picture);
    double most = 0;
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(first[i] - expected[i]) * 127.5;
      most = Math.max(most, off);
      sum += off;
    }
    out.printf(
        "%-40s differs from the processor's by %.3f of 255 steps at most, %.4f on average; second"
            + " time: %s%n",
        on.precision(),
        most,
        sum / expected.length,
        Arrays.equals(first, second) ? "the same bits" : "OTHER BITS");
    out.flush();
  }

  /// In [−1, 1].
  private float[] picture() {
    TextToImage model =
        TextToImage.load(ModelFiles.open(EmbeddedModels.find("fashion").orElseThrow()));
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(1));
    TextToImage.Settings settings = new TextToImage.Settings(steps, GUIDANCE, Scheduler.Kind.DDIM);
    return model
        .draw(List.of(PROMPT), null, noise, settings, x -> x, TextToImage.Progress.NONE)
        .toFloats();
  }
}
