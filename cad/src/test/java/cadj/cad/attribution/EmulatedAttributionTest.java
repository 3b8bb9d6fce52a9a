package cadj.cad.attribution;

import static cadj.tensor.golden.Golden.assertClose;

import cadj.cad.attribution.Attribution.Progress;
import cadj.kernels.device.Gpu;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.gpu.Emulated;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Scores on an emulated GPU are those on the processor, with the program's own kernels alone and
/// with what stands in for NVIDIA's libraries.
class EmulatedAttributionTest {
  /// Of a parameter's largest score: rounding in another order, through two steps of a trajectory,
  /// and products that nearly cancel.
  private static final double TOLERANCE = 2e-4;

  private final SequencedMap<String, Tensor> expected = scores();

  @Test
  void ownKernels() {
    assertScores(Emulated.plain());
  }

  @Test
  void withLibraries() {
    assertScores(Emulated.withLibraries());
  }

  private void assertScores(Gpu gpu) {
    SequencedMap<String, Tensor> found = Emulated.on(gpu, EmulatedAttributionTest::scores);
    expected.forEach((name, score) -> assertClose(name, score, found.get(name), TOLERANCE));
  }

  private static SequencedMap<String, Tensor> scores() {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(3));
    ScoredSteps steps = new ScoredSteps(Scheduler.Kind.DDIM, 4, 2);
    Points points = new EraseCorrected(model, List.of("a photo of a bag"), "", noise, steps, 3, 0);
    return Runs.attribution(points, new EraseObjective(true)).run(false, Progress.NONE).scores();
  }
}
