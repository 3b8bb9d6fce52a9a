package cadj.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `FILE[:SCALE]`.
class LoraTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "style.safetensors, style.safetensors, 1",
    "style.safetensors:0.8, style.safetensors, 0.8",
    "style.safetensors:-1, style.safetensors, -1",
    "style.safetensors:0, style.safetensors, 0",
    "style.safetensors:+.5, style.safetensors, 0.5",
    "style.safetensors:2., style.safetensors, 2",
    "style.safetensors:1e-3, style.safetensors, 0.001",
    "C:\\loras\\style.safetensors, C:\\loras\\style.safetensors, 1",
    "C:\\loras\\style.safetensors:0.5, C:\\loras\\style.safetensors, 0.5",
    "a:b:3, a:b, 3",
  })
  void aScaleIsTheNumberAfterTheLastColon(String text, String file, double scale) {
    assertEquals(new Lora(Path.of(file), scale), Lora.parse(text));
    assertEquals(Lora.parse(text), Lora.parse(Lora.parse(text).toString()));
  }

  @Test
  void anExistingFileIsTakenWhole() throws IOException {
    Path file = Files.createFile(folder.resolve("take:2"));
    assertEquals(new Lora(file, 1), Lora.parse(file.toString()));
    assertEquals(new Lora(file, 0.5), Lora.parse(file + ":0.5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nan", "NaN", "Infinity", "-inf", "1e999"})
  void scalesAreFinite(String scale) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Lora.parse("a:" + scale)).getMessage();
    assertTrue(message.startsWith("lora a: expected a finite scale"), message);
  }

  @Test
  void whatFollowsAFileIsANumber() throws IOException {
    Path file = Files.createFile(folder.resolve("style"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> Lora.parse(file + ":strong"))
            .getMessage();
    assertEquals("lora %s: expected a number as scale, got \"strong\"".formatted(file), message);
  }
}
