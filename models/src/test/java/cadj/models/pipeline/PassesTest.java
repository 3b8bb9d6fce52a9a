package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.files.RandomModelFolder;
import cadj.models.files.RandomModelFolder.Sizes;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pictures too many for one pass are drawn in several, each as if it were drawn alone.
final class PassesTest {
  private static final List<String> PROMPTS = List.of("a bag", "a neon sign", "a photo of a coat");
  private static final List<String> NEGATIVE = List.of("a shirt", "", "a sandal");
  private static final Settings SETTINGS = new Settings(2, 4, Scheduler.Kind.DDIM);

  /// Few channels: these are large pictures.
  private static final Sizes TINY =
      new Sizes(List.of(8, 8, 8), 2, 8, List.of(8, 8), 8, 8, 1, 1, 1000);

  private static final List<String> TOLD = new ArrayList<>();

  private static TextToImage model;
  private static Tensor start;
  private static Tensor together;

  /// Two pictures of this size go into one pass: the third needs a second one.
  @BeforeAll
  static void draw(@TempDir Path folder) {
    RandomModelFolder.write(folder, TINY);
    model = TextToImage.load(ModelFiles.open(folder));
    Shape shape = Shape.of(PROMPTS.size(), model.denoiser().latentForm().channels(), 32, 64);
    start = TextToImage.noise(shape, new TorchGenerator(5));
    Progress progress = (done, total) -> TOLD.add(done + "/" + total);
    together = model.draw(PROMPTS, NEGATIVE, start, SETTINGS, Noise.NONE, progress);
  }

  @Test
  void picturesAreThoseDrawnAlone() {
    assertEquals(PROMPTS.size(), together.dim(0));
    for (int i = 0; i < PROMPTS.size(); i++) {
      Tensor alone =
          model.draw(
              PROMPTS.subList(i, i + 1),
              NEGATIVE.subList(i, i + 1),
              start.slice(0, i, i + 1),
              SETTINGS,
              Noise.NONE,
              Progress.NONE);
      Golden.assertClose("picture " + i, alone, together.slice(0, i, i + 1), 1e-6);
    }
  }

  @Test
  void progressCountsTheStepsOfBothPasses() {
    assertEquals(List.of("1/4", "2/4", "3/4", "4/4"), TOLD);
  }
}
