package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.Attribution.Progress;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every estimator of the catalogue.
class EstimatorsTest {
  @TempDir private Path folder;

  static List<Estimator> all() {
    return Estimators.ALL;
  }

  /// One point each.
  private static Points twoTrajectories() {
    TextToImage pipeline = Runs.PIPELINE;
    Tensor noise = TextToImage.noise(pipeline.latentShape(2), new TorchGenerator(1));
    ScoredSteps steps = new ScoredSteps(Scheduler.Kind.DDIM, 2, 1);
    return new EraseCorrected(pipeline, List.of("bag"), "", noise, steps, 3, 0);
  }

  @ParameterizedTest
  @MethodSource("all")
  void isFoundByItsName(Estimator estimator) {
    assertSame(estimator, Estimators.named(estimator.name()));
  }

  @Test
  void anUnknownNameIsToldThoseThereAre() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Estimators.named("none")).getMessage();
    all().forEach(estimator -> assertTrue(message.contains(estimator.name()), message));
  }

  /// J at the point and at the weights as they are, and something for every sum of every parameter.
  @ParameterizedTest
  @MethodSource("all")
  void addsToAllOfItsSumsAndGivesTheObjective(Estimator estimator) {
    Objective objective = new EraseObjective(true);
    Points points = twoTrajectories();
    Point point = points.trajectory(0, 0).get();
    SequencedMap<String, Tensor> watched = points.denoiser().parameters(List.of(Sites.FF));
    Set<String> expected = new HashSet<>();
    estimator.sums().forEach(sum -> watched.keySet().forEach(name -> expected.add(sum + name)));
    Set<String> added = new HashSet<>();
    double j =
        estimator.evaluate(
            objective,
            point,
            points.denoiser(),
            watched,
            (sum, name, addend, factor) -> {
              assertEquals(watched.get(name).shape(), addend.shape(), name);
              assertEquals(watched.get(name).shape(), factor.shape(), name);
              added.add(sum + name);
            });
    assertEquals(expected, added);
    assertEquals(objective.value(objective.residual(points.denoiser(), point)).item(), j, 1e-5 * j);
  }

  @ParameterizedTest
  @MethodSource("all")
  void mergedPartsAreOneRun(Estimator estimator) throws IOException {
    Points points = twoTrajectories();
    Attribution attribution =
        new Attribution(
            points,
            new EraseObjective(true),
            estimator,
            points.denoiser().parameters(List.of(Sites.FF)),
            Map.of(AttributionSettings.ESTIMATOR, estimator.name()),
            null,
            Attribution.SAVING_SHARE);
    Path whole = folder.resolve("whole");
    AttributionFile.write(whole, attribution.run(true, Progress.NONE));
    Path first = folder.resolve("first");
    attribution.part(new TrajectoryRange(0, 0), Progress.NONE).write(first);
    Path rest = folder.resolve("rest");
    attribution.part(new TrajectoryRange(1, 1), Progress.NONE).write(rest);
    Path merged = folder.resolve("merged");
    AttributionFile.write(
        merged,
        AttributionPart.merge(List.of(first, rest), Runs.PIPELINE.denoiser().parameters(), true));
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(merged));
  }
}
