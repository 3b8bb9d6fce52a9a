package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.Attribution.Progress;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Parts computed apart and merged have the bits of one run; what does not fit together is refused
/// in one line.
class AttributionPartTest {
  private static final Map<String, String> IDENTITY =
      Map.of("concept", "bag", "estimator", "first-order");

  @TempDir private Path folder;

  static List<Attribution> attributions() {
    return Runs.all();
  }

  private static Attribution identified(Attribution a, Map<String, String> identity) {
    return new Attribution(
        a.points(), a.objective(), a.estimator(), a.watched(), identity, null, 0.02);
  }

  private Path part(Attribution attribution, String range) {
    Path file = folder.resolve("part-" + range);
    attribution.part(TrajectoryRange.parse(range), Progress.NONE).write(file);
    return file;
  }

  private static AttributionResult merge(Path... files) {
    return AttributionPart.merge(List.of(files), MadeUp.parameters(), true, false);
  }

  @ParameterizedTest
  @MethodSource("attributions")
  void mergedPartsAreOneRun(Attribution unidentified) throws IOException {
    Attribution attribution = identified(unidentified, IDENTITY);
    Path whole = folder.resolve("whole");
    AttributionFile.write(whole, attribution.run(true, Progress.NONE));
    Path merged = folder.resolve("merged");
    List<Path> parts =
        List.of(part(attribution, "4"), part(attribution, "1"), part(attribution, "2-3"));
    AttributionFile.write(
        merged, AttributionPart.merge(parts, Runs.PIPELINE.denoiser().parameters(), true, false));
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(merged));
  }

  /// What each trajectory says alone is kept as one run of all keeps it.
  @ParameterizedTest
  @MethodSource("attributions")
  void trajectoriesApartAreThoseOfOneRun(Attribution unidentified) throws IOException {
    Attribution attribution = identified(unidentified, IDENTITY);
    Path whole = folder.resolve("whole");
    AttributionResult expected = attribution.runApart(true, Progress.NONE);
    AttributionFile.write(whole, expected);
    assertEquals(4, expected.trajectories().size());
    Path merged = folder.resolve("merged");
    List<Path> parts = List.of(part(attribution, "3-4"), part(attribution, "1-2"));
    AttributionFile.write(
        merged, AttributionPart.merge(parts, Runs.PIPELINE.denoiser().parameters(), true, true));
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(merged));
  }

  @Test
  void theSumsOfAllTrajectoriesAddUp() {
    Path[] parts = {part(madeUp(), "3-4"), part(madeUp(), "1"), part(madeUp(), "2")};
    AttributionResult merged = merge(parts);
    MadeUp.assertAddsUp(merged);
    assertEquals(Set.of("grad"), merged.sums().keySet());
    assertEquals(IDENTITY, merged.metadata());
    assertEquals(IDENTITY, AttributionPart.identity(parts[0]));
    AttributionResult scores =
        AttributionPart.merge(List.of(parts), MadeUp.parameters(), false, false);
    MadeUp.assertAddsUp(scores);
    assertEquals(Map.of(), scores.sums());
  }

  @Test
  void noPartsAreRefused() {
    assertEquals("merge: expected at least one part", refused(IllegalArgumentException.class));
  }

  private static Attribution madeUp() {
    return MadeUp.attribution(IDENTITY);
  }

  private static String refused(Class<? extends Exception> type, Path... files) {
    String message = assertThrows(type, () -> merge(files)).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void eachTrajectoryMustBeThereOnce() {
    Path first = part(madeUp(), "1-2");
    Path third = part(madeUp(), "3");
    Path fourth = part(madeUp(), "4");
    assertEquals(
        "merge: none of the parts has trajectory 3 of 4",
        refused(IllegalArgumentException.class, first, fourth));
    assertEquals(
        "merge: none of the parts has trajectory 1-2 of 4",
        refused(IllegalArgumentException.class, third, fourth));
    assertEquals(
        "merge: none of the parts has trajectory 4 of 4",
        refused(IllegalArgumentException.class, first, third));
    assertEquals(
        "merge: trajectory 2 is in " + part(madeUp(), "2-4") + " and in another part",
        refused(IllegalArgumentException.class, first, part(madeUp(), "2-4")));
  }

  @Test
  void trajectoriesThatTheRunHasNotAreRefused() {
    assertEquals(
        "trajectories: expected some of 1-4, got 4-5",
        assertThrows(
                IllegalArgumentException.class,
                () -> madeUp().part(TrajectoryRange.parse("4-5"), Progress.NONE))
            .getMessage());
  }

  @Test
  void partsOfOtherRunsAreRefused() {
    Path first = part(madeUp(), "1-2");
    Path other =
        part(identified(madeUp(), Map.of("concept", "coat", "estimator", "first-order")), "3-4");
    String message = refused(FileFormatException.class, first, other);
    assertEquals(
        other + ": __metadata__.concept: expected bag, as the first part has it, found coat",
        message);
    Path more =
        part(
            identified(madeUp(), Map.of("concept", "bag", "estimator", "first-order", "base", "x")),
            "3-4");
    assertEquals(
        more + ": __metadata__.base: expected nothing, as the first part has it, found x",
        refused(FileFormatException.class, first, more));
    Path less = part(identified(madeUp(), Map.of("estimator", "first-order")), "3-4");
    assertEquals(
        less + ": __metadata__.concept: expected bag, as the first part has it, found nothing",
        refused(FileFormatException.class, first, less));
  }

  /// Rewrites a part with some tensor or metadata replaced.
  private Path rewritten(Path part, String metadata, String value, Map<String, Tensor> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile saved = SafetensorsFile.open(part)) {
      saved.metadata().forEach(writer::metadata);
      for (String name : saved.names()) {
        writer.add(name, tensors.getOrDefault(name, saved.tensor(name)));
      }
    }
    Path file = folder.resolve("rewritten");
    writer.metadata(metadata, value).write(file);
    return file;
  }

  @Test
  void inconsistentPartsAreRefused() {
    Path first = part(madeUp(), "1-2");
    Path second = part(madeUp(), "3-4");
    Map<String, Tensor> none = Map.of();
    Map<String, String> wrong =
        Map.of(
            "kind", "patch",
            "trajectories", "x",
            "all_trajectories", "5",
            "parameters", "[\"x\"]");
    wrong.forEach(
        (key, value) -> {
          Path file = rewritten(second, key, value, none);
          String message = refused(FileFormatException.class, first, file);
          assertTrue(message.startsWith(file + ": __metadata__." + key + ": expected "), message);
        });
    Path whole = part(madeUp(), "1-4");
    Path estimator = rewritten(whole, "estimator", "best", none);
    assertEquals(
        estimator + ": __metadata__.estimator: expected " + Estimators.names() + ", found \"best\"",
        refused(FileFormatException.class, estimator));
    Path count = rewritten(whole, "all_trajectories", "x", none);
    assertEquals(
        count + ": __metadata__.all_trajectories: expected a number, found \"x\"",
        refused(FileFormatException.class, count));
    Path more = rewritten(whole, "all_trajectories", "5", none);
    assertEquals(
        "merge: none of the parts has trajectory 5 of 5",
        refused(IllegalArgumentException.class, more));
    Path unknown = rewritten(part(madeUp(), "1-4"), "parameters", "[\"x\"]", none);
    assertEquals(
        unknown + ": __metadata__.parameters: expected parameters of the model, found x",
        refused(FileFormatException.class, unknown));
    String sum = "trajectory-3/grad/z";
    for (String name : List.of(sum, "trajectory-4/positive", "trajectory-3/objective")) {
      Path file =
          rewritten(second, "kind", AttributionPart.KIND, Map.of(name, Tensor.of(new float[1], 1)));
      String message = refused(FileFormatException.class, first, file);
      assertTrue(message.startsWith(file + ": " + name + ": expected F"), message);
    }
    Path nan =
        rewritten(
            first,
            "kind",
            AttributionPart.KIND,
            Map.of("divisor", Tensor.of(new double[] {Double.NaN}, 1)));
    assertEquals(
        nan + ": divisor: expected finite numbers, found NaN",
        refused(FileFormatException.class, nan, second));
  }
}
