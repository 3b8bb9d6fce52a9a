package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.cad.Version;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The run that settings ask for: its points, objective, parameters and metadata.
class AttributionSettingsTest {
  private static final TextToImage PIPELINE = Runs.PIPELINE;
  private static final List<String> PROMPTS = List.of("bag", "a \"coat\"");
  private static final ScoredSteps DDIM = new ScoredSteps(Scheduler.Kind.DDIM, 4, 2);
  private static final ScoredSteps ANCESTRAL =
      new ScoredSteps(Scheduler.Kind.EULER_ANCESTRAL, 4, 2);
  private static final Path PARTIAL = Path.of("a.partial");

  private static AttributionSettings settings(
      ObjectiveKind objective, Mode mode, ScoredSteps steps, int samples, double guidance) {
    return new AttributionSettings(
        "bags",
        PROMPTS,
        "a photo",
        objective,
        mode,
        new FirstOrder(),
        steps,
        samples,
        guidance,
        7,
        List.of(Sites.NORM, Sites.FF, Sites.NORM));
  }

  private static AttributionSettings settings(
      ObjectiveKind objective, Mode mode, ScoredSteps steps) {
    return settings(objective, mode, steps, 3, 2.5);
  }

  private static Attribution attribution(AttributionSettings settings, Inputs inputs) {
    return settings.attribution(ModelFiles.open("fashion"), PIPELINE, inputs, PARTIAL);
  }

  private static Inputs noise(AttributionSettings settings) {
    return Inputs.startNoise(PIPELINE, settings);
  }

  @Test
  void eraseCorrected() {
    AttributionSettings settings = settings(ObjectiveKind.ERASE, Mode.CORRECTED, ANCESTRAL);
    Inputs inputs = noise(settings);
    Attribution found = attribution(settings, inputs);
    assertEquals(new EraseObjective(true), found.objective());
    assertInstanceOf(EraseCorrected.class, found.points());
    Points expected =
        new EraseCorrected(PIPELINE, PROMPTS, "a photo", inputs.values(), ANCESTRAL, 2.5, 7);
    assertEquals(expected.trajectories(), found.points().trajectories());
    assertArrayEquals(expected.timesteps(), found.points().timesteps());
    Supplier<Point> e = expected.trajectory(1, 1);
    Supplier<Point> f = found.points().trajectory(1, 1);
    Point at = e.get();
    Point foundAt = f.get();
    assertArrayEquals(at.latents().toFloats(), foundAt.latents().toFloats());
    assertArrayEquals(at.target().toFloats(), foundAt.target().toFloats());
  }

  @Test
  void eraseReference() {
    AttributionSettings settings = settings(ObjectiveKind.ERASE, Mode.REFERENCE, DDIM);
    Inputs inputs = noise(settings);
    Attribution found = attribution(settings, inputs);
    assertEquals(new EraseObjective(false), found.objective());
    assertEquals(
        new EraseReference(PIPELINE, PROMPTS, "a photo", inputs.values(), 2, 4, 2.5),
        found.points());
  }

  @Test
  void amplify() {
    for (Mode mode : Mode.values()) {
      AttributionSettings settings = settings(ObjectiveKind.AMPLIFY, mode, DDIM);
      Tensor latents = Tensor.zeros(DType.F32, PIPELINE.latentShape(2));
      Attribution found = attribution(settings, new Inputs(latents, Map.of()));
      assertEquals(new AmplifyObjective(), found.objective());
      assertEquals(new AmplifyPoints(PIPELINE, PROMPTS, latents, 3, 7, DDIM, mode), found.points());
    }
  }

  @Test
  void theRest() {
    AttributionSettings settings = settings(ObjectiveKind.ERASE, Mode.CORRECTED, DDIM);
    Attribution found = attribution(settings, noise(settings));
    assertEquals(new FirstOrder(), found.estimator());
    assertEquals(
        List.copyOf(PIPELINE.denoiser().parameters(List.of(Sites.FF, Sites.NORM)).keySet()),
        List.copyOf(found.watched().keySet()));
    assertEquals(PARTIAL, found.partial());
    assertEquals(0.02, found.savingShare());
  }

  /// What inputs say of themselves goes over the settings.
  @Test
  void metadataSaysHowToMakeItAgain() {
    ModelFiles folder = ModelFiles.open("fashion");
    AttributionSettings settings = settings(ObjectiveKind.ERASE, Mode.CORRECTED, ANCESTRAL);
    Inputs inputs = new Inputs(noise(settings).values(), Map.of("samples", "9", "latents", "n.pt"));
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("cadj", Version.current());
    expected.put("device", Device.current().name());
    expected.put("model", "fashion");
    expected.put("model_sha256", folder.denoiserHash());
    expected.put("parts_sha256", folder.partsHash());
    expected.put("objective", "erase");
    expected.put("mode", "corrected");
    expected.put("estimator", "first-order");
    expected.put("concept", "bags");
    expected.put("prompts", "[\"bag\",\"a \\\"coat\\\"\"]");
    expected.put("base", "a photo");
    expected.put("scheduler", "euler_ancestral");
    expected.put("steps", "2");
    expected.put("schedule_steps", "4");
    expected.put("samples", "9");
    expected.put("guidance", "2.5");
    expected.put("seed", "7");
    expected.put("sites", "ff,norm");
    expected.put("latents", "n.pt");
    assertEquals(expected, attribution(settings, inputs).identity());
    assertEquals("3", attribution(settings, noise(settings)).identity().get("samples"));
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    assertRefused(
        "samples: expected at least 1, got 0",
        () -> settings(ObjectiveKind.ERASE, Mode.CORRECTED, DDIM, 0, 3));
    assertRefused(
        "guidance: expected a finite number, got NaN",
        () -> settings(ObjectiveKind.ERASE, Mode.CORRECTED, DDIM, 1, Double.NaN));
    assertRefused(
        "scheduler: reference mode samples with ddim, as the published code does, got"
            + " euler_ancestral",
        () -> settings(ObjectiveKind.ERASE, Mode.REFERENCE, ANCESTRAL, 1, 3));
    assertEquals(1, settings(ObjectiveKind.ERASE, Mode.CORRECTED, DDIM, 1, 3).samples());
  }

  private static void assertRefused(String message, Supplier<AttributionSettings> settings) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, settings::get).getMessage());
  }
}
