package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.chrome.TraceFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `cadj profile` writes of one run of `attribute`: the files tell the same.
class ProfileOutputsTest {
  private static final String ATTRIBUTE =
      "attribute --concept bag --steps 1 --samples 1 --schedule-steps 2 --out ";

  @TempDir private static Path folder;
  private static JsonNode json;

  private static Cli run(String options, String out) {
    return Cli.run(("profile " + options + " " + ATTRIBUTE + folder.resolve(out)).split(" "));
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  @BeforeAll
  static void profile() throws IOException {
    json =
        run(
                "--json --html %s --trace %s --jfr %s"
                    .formatted(file("run.html"), file("run.json"), file("run.jfr")),
                "a.safetensors")
            .json();
    Files.writeString(file("base.json"), json.toString());
  }

  private static long calls(String operation, String pass) {
    for (JsonNode row : json.get("operations")) {
      if (row.get("operation").asText().equals(operation)
          && row.get("pass").asText().equals(pass)) {
        return row.get("calls").asLong();
      }
    }
    throw new AssertionError(operation + " " + pass + " in " + json.get("operations"));
  }

  @Test
  void theObjectNamesTheRunAndItsFiles() {
    assertEquals(ATTRIBUTE + file("a.safetensors"), json.get("command").asText());
    assertEquals("cpu", json.get("device").asText());
    assertEquals(file("run.html").toString(), json.get("page").asText());
    assertEquals(file("run.json").toString(), json.get("trace").asText());
    assertEquals(file("run.jfr").toString(), json.get("jfr").asText());
    assertTrue(json.get("roofline").get("flops_per_second").asDouble() > 1e6);
    assertTrue(json.get("memory").get("kept_peak_bytes").asLong() > 100_000);
    assertFalse(json.has("baseline"));
    assertTrue(Files.exists(file("a.safetensors")), "the command did what it does");
  }

  @Test
  void theTraceIsValidAndHasEveryOperation() throws IOException {
    JsonNode trace = new ObjectMapper().readTree(file("run.json").toFile());
    TraceFormat.check(trace);
    Map<String, Long> count = new HashMap<>();
    for (JsonNode event : trace.get("traceEvents")) {
      count.merge(event.path("cat").asText() + " " + event.get("name").asText(), 1L, Long::sum);
    }
    // forward in the first pass or again, of checkpointed blocks
    long forward = calls("conv2d", "forward");
    assertTrue(count.get("operation conv2d") >= forward, count.toString());
    assertEquals(calls("conv2d", "backward"), count.get("backward conv2d"));
    assertTrue(count.get("backward backward of") >= 2 * calls("conv2d", "backward"));
    assertTrue(count.containsKey(" kept for backward") && count.containsKey(" tensor memory"));
  }

  @Test
  void flightRecorderHasThemToo() throws IOException {
    List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file("run.jfr")));
    events.removeIf(it -> !it.getEventType().getName().equals("cadj.Operation"));
    assertEquals(
        calls("conv2d", "backward"),
        events.stream()
            .filter(it -> it.getString("operation").equals("conv2d"))
            .filter(it -> it.getString("pass").equals("backward"))
            .count());
    assertTrue(
        events.stream()
            .filter(it -> it.getString("pass").equals("backward"))
            .anyMatch(it -> it.getString("module").equals("up_blocks.1.resnets.0.conv1")),
        "modules of backward passes");
  }

  @Test
  void thePageIsThere() throws IOException {
    String page = Files.readString(file("run.html"));
    assertTrue(page.contains("<h1>cadj attribute --concept bag"));
    assertTrue(page.contains("<td class=\"text\">conv2d backward</td>"));
  }

  @Test
  void aLaterRunIsComparedWithIt() {
    String out =
        run("--threads 1 --baseline " + file("base.json"), "b.safetensors").succeeds().out();
    assertTrue(out.contains("compared with " + file("base.json")), out);
    assertTrue(out.contains("note: another command: then attribute"), out);
    assertFalse(out.contains("gone: "), out);
  }

  @Test
  void forMachinesToo() {
    JsonNode baseline =
        run("--json --baseline " + file("base.json"), "d.safetensors").json().get("baseline");
    assertEquals(json.get("command"), baseline.get("command"));
    assertEquals(json.get("operations").size(), baseline.get("operations").size());
    for (JsonNode row : baseline.get("operations")) {
      assertTrue(row.has("seconds_before") && row.has("seconds"), row::toString);
    }
  }

  @Test
  void whatCannotBeReadOrWrittenIsSaidBeforeTheRun() throws IOException {
    run("--baseline " + file("none.json"), "c.safetensors").fails(1, "none.json");
    Files.writeString(file("text.json"), "# Title");
    run("--baseline " + file("text.json"), "c.safetensors")
        .fails(1, "text.json: expected JSON, found what is none at character ");
    Files.writeString(file("cut.json"), "{\"operations\": [");
    run("--baseline " + file("cut.json"), "c.safetensors")
        .fails(1, "cut.json: expected JSON, found its end at character 16");
    Files.writeString(file("other.json"), "{}");
    run("--baseline " + file("other.json"), "c.safetensors").fails(1, "cadj profile --json");
    run("--html " + folder, "c.safetensors").fails(1, "expected a file to write, found a folder");
    run("--baseline %s --trace %s".formatted(file("base.json"), file("base.json")), "c.safetensors")
        .fails(1, "expected another file");
    Cli.run("profile", "--json", "generate", "--json", "--prompt", "a", "--out", "o.png")
        .fails(1, "--json: expected once");
    assertFalse(Files.exists(file("c.safetensors")));
  }
}
