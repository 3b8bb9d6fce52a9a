package cadj.cad.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionScores;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Unions and differences against plain loops, through a file.
class CombinationTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"UNION,erase", "UNION,amplify", "DIFFERENCE,erase", "DIFFERENCE,amplify"})
  void scoresOfThree(Combination combination, String objective) {
    List<SequencedMap<String, Tensor>> scores =
        List.of(ScoreFiles.random(1), ScoreFiles.random(2), ScoreFiles.random(3));
    List<AttributionScores> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Map<String, String> metadata = ScoreFiles.metadata("c" + i);
      metadata.put("objective", objective);
      files.add(ScoreFiles.open(folder.resolve("f" + i), scores.get(i), metadata));
    }
    Path file = folder.resolve("out");
    AttributionFile.write(file, combination.of(files));
    AttributionResult found = AttributionFile.read(file);
    assertEquals(List.of("z", "a"), List.copyOf(found.scores().keySet()));
    boolean erases = objective.equals("erase");
    found
        .scores()
        .forEach(
            (name, score) -> {
              float[] values = score.toFloats();
              assertEquals(scores.getFirst().get(name).shape(), score.shape());
              for (int i = 0; i < values.length; i++) {
                float a = scores.get(0).get(name).toFloats()[i];
                float b = scores.get(1).get(name).toFloats()[i];
                float c = scores.get(2).get(name).toFloats()[i];
                float most = Math.max(Math.abs(b), Math.abs(c));
                float expected =
                    switch (combination) {
                      case UNION ->
                          erases ? Math.max(a, Math.max(b, c)) : Math.min(a, Math.min(b, c));
                      case DIFFERENCE -> erases ? a - most : a + most;
                    };
                assertEquals(expected, values[i], 0f, name + i);
              }
            });
    Map<String, String> text = found.metadata();
    assertEquals("[\"c0\",\"c1\",\"c2\"]", text.get("concept"));
    assertEquals("m of c0", text.get("model"));
    assertEquals("abc", text.get("model_sha256"));
    assertEquals(objective, text.get("objective"));
    assertEquals(combination.toString(), text.get("combination"));
    assertTrue(text.get("combined").endsWith("f2\"]"), text.get("combined"));
    assertTrue(found.sums().isEmpty() && found.trajectories().isEmpty());
    assertEquals(0, found.timesteps().length);
    files.forEach(AttributionScores::close);
  }

  @Test
  void scoresOfOtherMeaningAreNotCombined() {
    AttributionScores first =
        ScoreFiles.open(folder.resolve("a"), ScoreFiles.random(1), ScoreFiles.metadata("c"));
    for (String key : List.of("objective", "mode", "estimator")) {
      Map<String, String> metadata = ScoreFiles.metadata("c");
      metadata.put(key, "other");
      AttributionScores other =
          ScoreFiles.open(folder.resolve("b" + key), ScoreFiles.random(1), metadata);
      String message =
          assertThrows(FileFormatException.class, () -> Combination.UNION.of(List.of(first, other)))
              .getMessage();
      assertTrue(message.contains("__metadata__." + key), message);
    }
  }
}
