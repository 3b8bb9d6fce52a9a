package cadj.tensor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged JSON is read, or refused by one error, within bounded memory.
class JsonFuzzTest {
  private static final int MUTANTS = 10_000;
  private static final long BOUND = 8 << 20; // loading classes included
  private static final List<String> PIECES =
      List.of("{", "}", "[", "]", "\"", ",", ":", "\\u", "\\ud83d", "\\ude00", "true", "nul", "\0");
  private static final String WHOLE =
      """
      {"_class_name": "UNet2DConditionModel", "block_out_channels": [320, 640, 1280, 1280],
       "norm_eps": 1e-05, "act_fn": "silu", "nested": {"a": [true, false, null, -0.5, "\\u00e4"]},
       "text": "ä 🧀 \\ud83e\\uddc0 \\" \\\\ \\n", "steps_offset": 1}
      """;

  @TempDir private Path temp;

  @Test
  void damagedTexts() throws IOException {
    Path file = temp.resolve("config.json");
    Mutator mutator = new Mutator(new Random(20261129), PIECES);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = WHOLE.getBytes(UTF_8);
      for (int times = 0; times <= i % 3; times++) {
        mutant = mutator.mutate(mutant);
      }
      Files.write(file, mutant);
      accepted += HostileFile.accepted(file, BOUND, () -> JsonFile.read(file)) ? 1 : 0;
    }
    int refused = MUTANTS - accepted;
    assertTrue(accepted > MUTANTS / 20 && refused > MUTANTS / 20, accepted + " accepted");
  }
}
