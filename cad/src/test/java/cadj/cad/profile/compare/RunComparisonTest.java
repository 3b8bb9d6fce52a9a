package cadj.cad.profile.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.SampleRun;
import cadj.cad.profile.run.RunJson;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run beside an earlier one.
class RunComparisonTest {
  private static final RunSummary BEFORE =
      new RunSummary(
          "generate a",
          "cpu",
          4,
          8,
          "1.0",
          2,
          1_000_000,
          0,
          map("conv2d", 0.5, "linear", 0.4, "silu", 0.001, "gelu", 0.002, "softmax", 1e-4),
          map("unet mid_block", 0.5),
          map("unet mid_block conv2d", 600_000));

  private static final RunSummary NOW =
      new RunSummary(
          "generate b",
          "cpu",
          2,
          8,
          "1.0",
          2.2,
          900_000,
          500,
          map("linear", 0.7, "conv2d", 0.45, "silu", 0.001, "geglu", 0.003, "softmax", 0.002),
          map("unet mid_block", 0.6),
          map("unet mid_block conv2d", 500_000));

  private static SequencedMap<String, Double> map(Object... pairs) {
    SequencedMap<String, Double> out = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      out.put((String) pairs[i], ((Number) pairs[i + 1]).doubleValue());
    }
    return out;
  }

  @Test
  void largestDifferencesFirst() {
    assertEquals(
        List.of(
            "linear 0.300",
            "conv2d -0.050",
            "geglu 0.003",
            "gelu -0.002",
            "softmax 0.002",
            "silu 0.000"),
        RunComparison.of(BEFORE, NOW).operations().stream()
            .map(it -> "%s %.3f".formatted(it.name(), it.change()))
            .toList());
  }

  @Test
  void whatIsNewAndWhatIsGone() {
    List<RunDifference> operations = RunComparison.of(BEFORE, NOW).operations();
    assertEquals(
        List.of("geglu"),
        operations.stream().filter(RunDifference::isNew).map(RunDifference::name).toList());
    assertEquals(
        List.of("gelu"),
        operations.stream().filter(RunDifference::isGone).map(RunDifference::name).toList());
  }

  @Test
  void inLines() {
    assertEquals(
        """
        compared with base.json
        note: another command: then generate a, now generate b
        note: another threads: then 4, now 2
        time         2.20 s, then     2.00 s  +10.0 %
        peak         900 kB, then    1.00 MB  −10.0 %
        kept          500 B, then        0 B

              then        now  difference             share      now  operation
            400 ms     700 ms     +300 ms  +75.0 %   20.0 %   31.8 %  linear
            500 ms     450 ms    −50.0 ms  −10.0 %   25.0 %   20.5 %  conv2d
                 –    3.00 ms    +3.00 ms      new        –    0.1 %  geglu
           2.00 ms          –    −2.00 ms     gone    0.1 %        –  gelu
            100 µs    2.00 ms    +1.90 ms      ×20    0.0 %    0.1 %  softmax
           1.00 ms    1.00 ms       +0 ns   +0.0 %    0.1 %    0.0 %  silu
        new: geglu
        gone: gelu

              then        now  difference             share      now  module, without those inside it
            500 ms     600 ms     +100 ms  +20.0 %   25.0 %   27.3 %  unet mid_block

              then        now  difference           memory at the peak
            600 kB     500 kB     −100 kB  −16.7 %  unet mid_block conv2d
        """,
        String.join("\n", ComparisonText.lines(RunComparison.of(BEFORE, NOW), "base.json")) + "\n");
  }

  @Test
  void forMachines() {
    Map<String, Object> json = RunComparison.of(BEFORE, NOW).json();
    assertEquals("generate a", json.get("command"));
    assertEquals(4, json.get("threads"));
    assertEquals(2.0, json.get("seconds"));
    assertEquals(1_000_000L, json.get("peak_bytes"));
    List<?> operations = (List<?>) json.get("operations");
    assertEquals(
        Map.of("name", "linear", "seconds_before", 0.4, "seconds", 0.7), operations.get(0));
    assertEquals(Map.of("name", "geglu", "seconds", 0.003), operations.get(2));
    assertEquals(Map.of("name", "gelu", "seconds_before", 0.002), operations.get(3));
    assertEquals(
        List.of(Map.of("name", "unet mid_block", "own_seconds_before", 0.5, "own_seconds", 0.6)),
        json.get("modules"));
    assertEquals(
        List.of(
            Map.of("name", "unet mid_block conv2d", "bytes_before", 600_000.0, "bytes", 500_000.0)),
        json.get("owners"));
  }

  @Test
  void allThatMayBeAnotherIsTold() {
    RunSummary other = new RunSummary("c", "GPU", 1, 2, "0.9", 1, 1, 1, map(), map(), map());
    assertEquals(5, RunComparison.of(other, NOW).otherwise().size());
    assertEquals(List.of(), RunComparison.of(NOW, NOW).otherwise());
  }

  @Test
  void readsWhatTheJsonSays(@TempDir Path folder) {
    Map<String, Object> json = RunJson.of(SampleRun.onProcessor(), null, "generate", "1.2");
    Path file = folder.resolve("base.json");
    JsonText.write(file, json);
    RunSummary read = RunSummary.read(file);
    assertEquals(RunSummary.of(json), read);
    assertEquals(
        "generate cpu 2 1.2",
        read.command() + " " + read.device() + " " + read.threads() + " " + read.version());
    assertEquals(10.5e-6, read.seconds(), 1e-15);
    assertEquals(8_168, read.peakBytes());
    assertEquals(3_328, read.keptBytes());
    assertEquals(1.9e-6, read.operations().get("conv2d backward"), 1e-15);
    assertEquals(1.2e-6, read.operations().get("conv2d"), 1e-15);
    assertEquals(6, read.operations().size());
    assertEquals(3.2e-6, read.modules().get("forward conv_in"), 1e-15);
    assertEquals(2_048, read.owners().get("forward conv_in conv2d"));
    assertTrue(
        RunComparison.of(read, RunSummary.of(json)).operations().stream()
            .allMatch(it -> it.change() == 0));
  }

  @Test
  void otherFilesAreRefusedInOneLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("other.json");
    Files.writeString(file, "{\"kernel\": 1}");
    String message =
        assertThrows(FileFormatException.class, () -> RunSummary.read(file)).getMessage();
    assertEquals(
        file
            + ": operations, modules, memory: expected what an earlier cadj profile --json printed,"
            + " found not these",
        message);
    Files.writeString(
        file, "{\"operations\": [], \"modules\": [], \"memory\": {}, \"command\": 3}");
    message = assertThrows(FileFormatException.class, () -> RunSummary.read(file)).getMessage();
    assertTrue(message.contains("command") && message.contains("a string"), message);
  }
}
