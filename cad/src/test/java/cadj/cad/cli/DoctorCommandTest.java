package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    String emulated =
        Cli.run("doctor", "--json", "--device", "emulated").json().get("precision").asText();
    assertEquals("matmul highest, convolutions TF32", emulated);
    assertTrue(json.get("libraries").isArray());
    assertTrue(json.get("device").asText().matches("(cpu|cuda): .+"), json.get("device").asText());
    assertTrue(Cli.run("doctor").succeeds().out().contains("vector width"));
    assertEquals("", Cli.run("doctor", "--quiet").succeeds().out());
  }

  @Test
  void threadsAreThoseAskedFor() throws IOException, InterruptedException {
    Process process =
        doctor(
            List.of("--add-modules", "jdk.incubator.vector"), List.of("--threads", "3", "--json"));
    assertEquals(0, process.waitFor());
    assertEquals(3, new ObjectMapper().readTree(text(process)).get("threads").asInt());
  }

  @Test
  void vectorsAreCompiledHereAndMissedWhereTheyAreNot() throws IOException, InterruptedException {
    String compiled = Cli.run("doctor", "--json").json().get("advice").toString();
    assertFalse(compiled.contains("Vector API"), compiled);
    Process process =
        doctor(
            List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1"),
            List.of("--json"));
    assertEquals(0, process.waitFor());
    String advice = new ObjectMapper().readTree(text(process)).get("advice").toString();
    assertTrue(advice.contains("does not compile its Vector API"), advice);
  }

  @Test
  void withoutTheModuleThereIsOneLineOfAdvice() throws IOException, InterruptedException {
    Process process = doctor(List.of(), List.of());
    assertEquals(1, process.waitFor());
    String said = text(process);
    assertTrue(said.startsWith("cadj: started without Java's Vector API: start it with"), said);
    assertEquals(1, said.lines().count(), said);
  }

  /// `cadj doctor` in a process of its own.
  private static Process doctor(List<String> machine, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(machine);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "doctor"));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(machine.isEmpty()).start();
  }

  private static String text(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
