package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Affine;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An attribution survives its file unchanged; an inconsistent file is refused in one line.
class AttributionFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("a.safetensors");
  }

  /// Two parameters, not in alphabetical order, and two steps.
  private static AttributionResult sample() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("z.weight", Tensor.of(new float[] {1, -2, 0, 4}, 2, 2));
    scores.put("a.weight", Tensor.of(new float[] {-0f, 1e-30f}, 1, 2));
    SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
    gradients.put("z.weight", Tensor.of(new float[] {5, 6, 7, 8}, 2, 2));
    gradients.put("a.weight", Tensor.of(new float[] {9, -9}, 1, 2));
    return new AttributionResult(
        scores,
        Map.of("grad", gradients),
        new double[] {901, 0.5},
        new double[][] {{1, 2}, {3, 4}},
        new double[][] {{-1, -2}, {-3, -4}},
        new double[] {0.5, 0.25},
        Map.of("concept", "a \"bag\"\n<b>ü</b>", "mode", "corrected"));
  }

  @Test
  void whatPredictsSurvives() {
    AttributionResult one = sample();
    SequencedMap<String, Tensor> other = new LinkedHashMap<>();
    one.scores().forEach((name, score) -> other.put(name, Affine.scale(score, 3)));
    AttributionFile.write(
        file,
        new AttributionResult(
            one.scores(),
            Map.of(),
            one.timesteps(),
            one.positive(),
            one.negative(),
            one.objectives(),
            new double[] {7, 8},
            0.125,
            List.of(new TrajectoryScores(one.scores(), 0.5), new TrajectoryScores(other, -0.25)),
            one.metadata()));
    AttributionResult after = AttributionFile.read(file);
    assertArrayEquals(new double[] {7, 8}, after.expansions());
    assertEquals(0.125, after.offset());
    assertEquals(2, after.trajectories().size());
    assertEquals(-0.25, after.trajectories().get(1).offset());
    assertArrayEquals(
        new float[] {3, -6, 0, 12},
        after.trajectories().get(1).scores().get("z.weight").toFloats());
    // 0.125 − (−2 + 4), 0.5 − 2, −0.25 − 6
    Prediction found = Prediction.of(after, Map.of("z.weight", new int[] {1, 3}));
    assertEquals(-1.875, found.change(), 1e-12);
    assertEquals(Math.sqrt(4.75 * 4.75 / 2), found.spread(), 1e-12);
    assertEquals(0.75, found.objective(), 1e-12);
    assertEquals(
        "J = 0.7500 is predicted to change by -1.88, spread 3.36 over trajectories", found.line());
    assertTrue(Double.isNaN(Prediction.of(sample(), Map.of("z.weight", new int[] {0})).spread()));
  }

  @Test
  void aPredictionRefusesWhatIsNotScored() {
    AttributionResult one = sample();
    assertEquals(
        "prediction: b is not scored",
        assertThrows(
                IllegalArgumentException.class,
                () -> Prediction.of(one, Map.of("b", new int[] {0})))
            .getMessage());
    assertEquals(
        "prediction: index 4 is outside z.weight of 4 weights",
        assertThrows(
                IllegalArgumentException.class,
                () -> Prediction.of(one, Map.of("z.weight", new int[] {4})))
            .getMessage());
  }

  @Test
  void roundTrip() {
    AttributionResult before = sample();
    AttributionFile.write(file, before);
    AttributionResult after = AttributionFile.read(file);
    assertEquals(List.of("z.weight", "a.weight"), List.copyOf(after.scores().keySet()));
    before
        .scores()
        .forEach(
            (name, score) ->
                assertArrayEquals(score.toFloats(), after.scores().get(name).toFloats()));
    assertEquals(Set.of("grad"), after.sums().keySet());
    SequencedMap<String, Tensor> gradients = after.sums().get("grad");
    assertEquals(List.of("z.weight", "a.weight"), List.copyOf(gradients.keySet()));
    assertArrayEquals(new float[] {5, 6, 7, 8}, gradients.get("z.weight").toFloats());
    assertArrayEquals(new float[] {9, -9}, gradients.get("a.weight").toFloats());
    assertArrayEquals(before.timesteps(), after.timesteps());
    assertArrayEquals(before.objectives(), after.objectives());
    assertTrue(Arrays.deepEquals(before.positive(), after.positive()));
    assertTrue(Arrays.deepEquals(before.negative(), after.negative()));
    Map<String, String> settings = AttributionFile.settings(after);
    assertEquals("attribution", settings.get("kind"));
    assertEquals("a \"bag\"\n<b>ü</b>", settings.get("concept"));
    assertFalse(settings.containsKey("parameters"));
  }

  @Test
  void theSameResultGivesTheSameBytes() throws IOException {
    AttributionFile.write(file, sample());
    Path again = folder.resolve("b.safetensors");
    AttributionFile.write(again, sample());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
  }

  /// Rewrites the sample's file with some tensor or metadata replaced.
  private void assertRefused(
      String says, String metadata, String value, Map<String, Tensor> tensors) {
    AttributionFile.write(file, sample());
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      saved.metadata().forEach(writer::metadata);
      for (String name : saved.names()) {
        Tensor tensor = tensors.getOrDefault(name, saved.tensor(name));
        if (tensor.rank() > 0) {
          writer.add(name, tensor);
        }
      }
    }
    writer.metadata(metadata, value).write(file);
    String message =
        assertThrows(FileFormatException.class, () -> AttributionFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": ") && message.contains(says), message);
    assertEquals(1, message.lines().count(), message);
  }

  private void assertRefused(String says, String tensor, Tensor value) {
    assertRefused(says, "note", "", Map.of(tensor, value));
  }

  @Test
  void inconsistentFilesAreRefused() {
    Tensor none = Tensor.scalar(0);
    assertRefused("__metadata__.kind: expected attribution", "kind", "patch", Map.of());
    assertRefused("parameters", "parameters", "[\"z.weight\"", Map.of());
    assertRefused("parameters", "parameters", "{}", Map.of());
    assertRefused("score/x", "parameters", "[\"x\"]", Map.of());
    assertRefused("each name once", "parameters", "[\"z.weight\",\"z.weight\"]", Map.of());
    assertRefused("score/z.weight", "score/z.weight", none);
    assertRefused("score/z.weight: expected F32", "score/z.weight", Tensor.of(new long[] {1}, 1));
    assertRefused(
        "score/z.weight: expected finite numbers, found NaN",
        "score/z.weight",
        Tensor.of(new float[] {Float.NaN}, 1));
    assertRefused("grad/z.weight: expected F32 [2,2]", "grad/z.weight", Tensor.of(new float[1], 1));
    assertRefused("steps/timestep", "steps/timestep", none);
    assertRefused("grad/a.weight", "grad/a.weight", none);
    assertRefused("steps/timestep", "steps/timestep", Tensor.of(new long[] {901, 1}, 2));
    assertRefused("steps/timestep", "steps/timestep", Tensor.of(new double[] {901, 1}, 2, 1));
    assertRefused("steps/positive", "steps/timestep", Tensor.of(new double[] {3, 2, 1}, 3));
    assertRefused("steps/objective", "steps/objective", Tensor.of(new double[1], 1));
    assertRefused("steps/positive", "steps/positive", Tensor.of(new float[4], 2, 2));
    assertRefused(
        "steps/negative: expected finite numbers",
        "steps/negative",
        Tensor.of(new double[] {0, 0, 0, Double.NEGATIVE_INFINITY}, 2, 2));
  }
}
