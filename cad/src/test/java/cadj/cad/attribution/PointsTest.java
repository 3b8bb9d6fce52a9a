package cadj.cad.attribution;

import static cadj.cad.attribution.Runs.PIPELINE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Sources that would have no points, or not all of them, are refused; all know the size of
/// pictures.
class PointsTest {
  private static final ScoredSteps STEPS = new ScoredSteps(Scheduler.Kind.DDIM, 4, 2);
  private static final List<String> TWO = List.of("bag", "coat");

  private static Tensor latents(int count) {
    return Tensor.zeros(DType.F32, PIPELINE.latentShape(count));
  }

  private static Points corrected(List<String> prompts, Tensor noise) {
    return new EraseCorrected(PIPELINE, prompts, "", noise, STEPS, 3, 0);
  }

  private static Points reference(List<String> prompts, Tensor noise) {
    return new EraseReference(PIPELINE, prompts, "", noise, 2, 4, 3);
  }

  private static Points amplify(List<String> prompts, Tensor pictures, int samples) {
    return new AmplifyPoints(PIPELINE, prompts, pictures, samples, 0, STEPS, Mode.CORRECTED);
  }

  private static void assertRefused(String says, Supplier<Points> points) {
    String message = assertThrows(IllegalArgumentException.class, points::get).getMessage();
    assertTrue(message.contains(says), message);
  }

  @Test
  void withoutPrompts() {
    assertRefused("expected at least one prompt", () -> corrected(List.of(), latents(1)));
    assertRefused("expected start noise", () -> reference(List.of(), latents(2)));
    assertRefused("expected at least one prompt", () -> amplify(List.of(), latents(1), 1));
  }

  @Test
  void withoutPicturesOrSamples() {
    assertRefused("noise sample, got 2, 0, 1", () -> amplify(TWO, latents(0), 1));
    assertRefused("noise sample, got 2, 1, 0", () -> amplify(TWO, latents(1), 0));
  }

  @Test
  void ofStartNoiseThatIsNoBatchOfLatents() {
    Tensor flat = latents(4).reshape(4, -1, 1);
    assertRefused("erase start noise", () -> corrected(TWO, flat));
    assertRefused("erase start noise", () -> reference(TWO, flat));
  }

  /// Reference mode has fresh noise for each sample, prompt and step.
  @Test
  void ofStartNoiseForSomeIterations() {
    assertRefused("every iteration, 4 or a multiple", () -> reference(TWO, latents(6)));
    assertRefused("every iteration, 4 or a multiple", () -> reference(TWO, latents(0)));
    assertEquals(2, reference(TWO, latents(4)).trajectories());
    assertEquals(6, reference(TWO, latents(12)).trajectories());
  }

  /// XL's conditioning has the picture's height and width.
  @Test
  void conditionedOnThePicturesSize() {
    Path config = Golden.require("sdxl-tiny/unet/config.json");
    TextToImage xl = TextToImage.load(ModelFiles.open(config.getParent().getParent()));
    int factor = xl.vae().config().downsampleFactor();
    Tensor x = TextToImage.noise(Shape.of(2, 4, 8, 16), new TorchGenerator(1));
    List<String> one = List.of("bag");
    List<Points> sources =
        List.of(
            new EraseCorrected(xl, one, "", x, STEPS, 3, 0),
            new EraseReference(xl, one, "", x, 2, 4, 3),
            new AmplifyPoints(xl, one, x, 1, 0, STEPS, Mode.CORRECTED));
    float height = 8 * factor;
    float width = 16 * factor;
    for (Points points : sources) {
      Tensor timeIds = requireNonNull(points.trajectory(0, 0).get().concept().timeIds());
      assertArrayEquals(new float[] {height, width, 0, 0, height, width}, timeIds.toFloats());
    }
  }
}
