package cadj.models.pipeline;

import static cadj.tensor.golden.Golden.assertClose;

import cadj.kernels.device.Gpu;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.gpu.Emulated;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The embedded model draws on an emulated GPU what it draws on the processor, with the program's
/// own kernels alone and with what stands in for NVIDIA's libraries.
class EmulatedFashionTest {
  private static final List<String> PROMPTS = List.of("a photo of a sneaker");

  /// Rounding in another order, through 3 steps of guidance 5 and the decoder.
  private static final double TOLERANCE = 3e-5;

  private final Tensor expected = draw();

  @Test
  void ownKernels() {
    assertDraws(Emulated.plain());
  }

  @Test
  void withLibraries() {
    assertDraws(Emulated.withLibraries());
  }

  private void assertDraws(Gpu gpu) {
    Tensor drawn = Emulated.on(gpu, () -> draw().cpu());
    assertClose("picture", expected, drawn, TOLERANCE);
    Pixels.assertWithinOne("pixels", Pixels.bytes(expected), drawn);
  }

  private static Tensor draw() {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(1));
    return model.draw(
        PROMPTS, null, noise, new Settings(3, 5, Scheduler.Kind.DDIM), Noise.NONE, Progress.NONE);
  }
}
