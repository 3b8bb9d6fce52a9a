package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `cadj doctor` tells of the machine; in a process of its own, `--threads` is heeded.
class DoctorCommandTest {
  @Test
  void tellsOfTheMachine() {
    JsonNode json = Cli.run("doctor", "--json").json();
    assertEquals(Runtime.getRuntime().availableProcessors(), json.get("processors").asInt());
    assertEquals("fashion", json.at("/embedded_models/0").asText());
    assertEquals(Runtime.getRuntime().maxMemory(), json.get("memory_for_tensors_bytes").asLong());
    assertEquals(0, json.get("vector_width_bits").asInt() % 64);
    json.fieldNames().forEachRemaining(key -> assertTrue(key.matches("[a-z_]+"), key));
    assertTrue(json.get("advice").isArray());
    assertTrue(json.get("device").asText().matches("(cpu|cuda): .+"), json.get("device").asText());
    assertTrue(Cli.run("doctor").succeeds().out().contains("vector width"));
    assertEquals("", Cli.run("doctor", "--quiet").succeeds().out());
  }

  @Test
  void threadsAreThoseAskedFor() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "doctor",
                "--threads",
                "3",
                "--json")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertEquals(3, new ObjectMapper().readTree(out).get("threads").asInt());
  }
}
