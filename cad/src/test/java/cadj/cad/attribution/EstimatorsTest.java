package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    assertEquals(estimator, Estimators.named(estimator.kind()));
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
    Estimator ready = estimator.prepared(first -> noScores(watched));
    double j =
        ready.evaluate(
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

  private static SequencedMap<String, Tensor> noScores(SequencedMap<String, Tensor> watched) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    watched.forEach((name, w) -> out.put(name, Tensor.zeros(w.dtype(), w.shape())));
    return out;
  }

  @Test
  void settingsStandInTheName() {
    Estimator one = Estimators.named("mean-point:p=0.01");
    assertEquals(new MeanPoint(0.01, 2), one);
    assertEquals("mean-point:p=0.01,probes=2", one.name());
    assertEquals(
        new IntegratedGradients(0.5, 3), Estimators.named("integrated-gradients:steps=3,p=0.5"));
    assertEquals(new SetMidpoint(0.1, 2), Estimators.named("set-midpoint:rounds=2,ratio=0.1"));
    assertEquals(
        new RandomAblations(0.2, 7), Estimators.named("random-ablations:p=0.2,ablations=7"));
    assertEquals(new Shrunk(0.25), Estimators.named("shrunk:p=0.25"));
    all().forEach(estimator -> assertEquals(estimator, Estimators.named(estimator.name())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shrunk:q=1 | estimator shrunk: expected p, got q",
        "first-order:p=1 | estimator first-order: expected no settings, got p",
        "shrunk:p=0 | estimator shrunk: p: expected a share above 0, at most 1, got 0",
        "shrunk:p=1.5 | estimator shrunk: p: expected a share above 0, at most 1, got 1.5",
        "shrunk:p=NaN | estimator shrunk: p: expected a share above 0, at most 1, got NaN",
        "shrunk:p=x | estimator shrunk: p: expected a share above 0, at most 1, got x",
        "shrunk: | estimator shrunk: expected settings such as p=0.05,probes=2, each once, got",
        "shrunk:p=1,p=1 | estimator shrunk: expected settings such as",
        "mean-point:probes=0 | probes: expected a whole number from 1 to 1000, got 0",
        "mean-point:probes=1.5 | probes: expected a whole number from 1 to 1000, got 1.5",
        "random-ablations:p=1 | expected a share below 1"
      })
  void wrongSettingsAreNamed(String name, String message) {
    String found =
        assertThrows(IllegalArgumentException.class, () -> Estimators.named(name)).getMessage();
    assertTrue(found.contains(message), found);
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
        AttributionPart.merge(
            List.of(first, rest), Runs.PIPELINE.denoiser().parameters(), true, false));
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(merged));
  }
}
