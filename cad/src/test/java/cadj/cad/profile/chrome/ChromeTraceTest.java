package cadj.cad.profile.chrome;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.SampleRun;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run as a trace: what the format demands ([TraceFormat]), and every number.
class ChromeTraceTest {
  @TempDir private Path folder;

  @Test
  void slicesAreOnTheTrackOfTheThreadThatComputes() throws IOException {
    JsonNode trace = trace(SampleRun.onProcessor());
    List<JsonNode> slices = of(trace, "X", 1);
    List<String> lines =
        slices.stream()
            .map(
                it ->
                    "%s %s %s+%s"
                        .formatted(
                            it.get("cat").asText(),
                            it.get("name").asText(),
                            it.get("ts").asText(),
                            it.get("dur").asText()))
            .toList();
    assertEquals(
        List.of(
            "phase denoise at 501 0.0+10.0",
            "phase forward 0.1+3.9",
            "module conv_in 0.2+1.3",
            "operation conv2d 0.2+1.2",
            "module mid \"</script>\" 1.6+2.3",
            "operation linear 1.7+1.0",
            "operation silu 2.7+0.3",
            "phase backward 4.1+4.9",
            "backward silu 4.2+0.5",
            "backward linear 4.7+2.0",
            "backward conv2d 7.0+1.9",
            "kernel Conv2dVector 0.3+1.0",
            "kernel GemmVector 1.7+0.99"),
        lines);
    JsonNode conv = slices.get(3).get("args");
    assertEquals("[1,4,8,8] [8,4,3,3] → [1,8,8,8]", conv.get("shapes").asText());
    assertEquals("Winograd F4", conv.get("algorithm").asText());
    assertEquals(36_864, conv.get("flops").asLong());
    assertEquals(4_224, conv.get("bytes").asLong());
    assertEquals(36_864 / 1_200.0, conv.get("GFLOP/s").asDouble(), 1e-9);
    assertEquals(4_224 / 1_200.0, conv.get("GB/s").asDouble(), 1e-9);
    assertEquals(1_024, conv.get("kept for backward, bytes").asLong());
    assertEquals(
        2_304, slices.get(5).get("args").get("kept for backward, bytes").asLong(), "a sum of two");
    assertEquals("[\"shapes\"]", fields(slices.get(6).get("args")));
    assertFalse(slices.get(0).has("args"), "a phase has no work");
  }

  @Test
  void eachWorkerHasATrack() throws IOException {
    JsonNode trace = trace(SampleRun.onProcessor());
    assertEquals(
        List.of("Conv2dVector of conv2d", "GemmVector of linear", "Copy of null"),
        of(trace, "X", 2).stream()
            .map(
                it ->
                    it.get("name").asText()
                        + " of "
                        + it.path("args").path("operation").asText(null))
            .toList());
    assertEquals(
        List.of("computes", "worker 1"),
        of(trace, "M").stream()
            .filter(it -> it.get("name").asText().equals("thread_name"))
            .map(it -> it.get("args").get("name").asText())
            .toList());
  }

  @Test
  void anArrowLeadsFromForwardToBackward() throws IOException {
    JsonNode trace = trace(SampleRun.onProcessor());
    List<String> arrows = new ArrayList<>();
    for (JsonNode end : of(trace, "f")) {
      JsonNode start =
          of(trace, "s").stream()
              .filter(it -> it.get("id").equals(end.get("id")))
              .findAny()
              .orElseThrow();
      arrows.add(start.get("ts").asText() + " " + end.get("ts").asText());
    }
    assertEquals(List.of("2.7 4.2", "1.7 4.7", "0.2 7.0"), arrows);
    assertEquals(3, of(trace, "s").size());
  }

  @Test
  void anArrowBindsToTheOperationThoughItsModuleBeganAtTheSameTime() throws IOException {
    // Readers keep the order of the file where times are equal.
    JsonNode events = trace(SampleRun.onProcessor()).get("traceEvents");
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).get("ph").asText().equals("s")
          && events.get(i).get("ts").asText().equals("0.2")) {
        assertEquals("conv2d", events.get(i - 1).get("name").asText());
        return;
      }
    }
    throw new AssertionError("no such arrow");
  }

  @Test
  void memoryIsCounted() throws IOException {
    assertEquals(
        List.of(
            "0.0 1000", "0.25 3048", "1.75 7144", "2.71 8168", "6.8 4072", "7.0 4584", "10.2 2536"),
        counter("tensor memory"));
    assertEquals(
        List.of("1.39 1024", "2.69 3072", "2.695 3328", "6.7 1280", "8.9 256"),
        counter("kept for backward"));
  }

  private List<String> counter(String name) throws IOException {
    return of(trace(SampleRun.onProcessor()), "C").stream()
        .filter(it -> it.get("name").asText().equals(name))
        .map(it -> it.get("ts").asText() + " " + it.get("args").get("bytes").asText())
        .toList();
  }

  @Test
  void aDeviceRunsItsLaunchesOneAfterAnother() throws IOException {
    JsonNode trace = trace(SampleRun.onDevice());
    assertEquals(
        List.of("gemm 0.1+5.0", "bias 5.1+1.0", "silu_forward 20.1+0.7"),
        of(trace, "X", 2).stream()
            .map(
                it ->
                    "%s %s+%s"
                        .formatted(
                            it.get("name").asText(), it.get("ts").asText(), it.get("dur").asText()))
            .toList());
    JsonNode gemm = of(trace, "X", 2).getFirst();
    assertEquals(8_000 / 5_000.0, gemm.get("args").get("GFLOP/s").asDouble(), 1e-9);
    assertTrue(
        of(trace, "M").stream()
            .anyMatch(it -> it.get("args").path("name").asText().equals("NVIDIA & Co")));
    assertEquals(6, of(trace, "X", 1).size(), "calls are on the host's track as well");
  }

  /// Modules, operations, workers and arrows at random, nested and adjacent.
  @Test
  void anyRunIsAValidTrace() throws IOException {
    Random random = new Random(5);
    List<Slice> slices = new ArrayList<>();
    long end = grow(slices, -1, 0, 0, random);
    int forward = slices.size();
    for (int i = forward - 1; i >= 0; i--) {
      if (slices.get(i).kind() == Kind.OPERATION) {
        long to = end + random.nextInt(3);
        slices.add(new Slice(slices.size(), -1, Kind.BACKWARD, "b", i, end, to, null));
        end = to;
      }
    }
    assertTrue(slices.size() > 300, slices.size() + " slices");
    trace(
        new RunProfile(
            "cpu",
            3,
            end,
            slices,
            List.of(),
            List.of(),
            List.of(),
            0,
            List.of(),
            SampleRun.NOTHING_DROPPED));
  }

  private static long grow(List<Slice> into, int parent, long start, int depth, Random random) {
    long now = start;
    for (int i = 0; i < 6; i++) {
      int id = into.size();
      boolean leaf = depth == 3;
      into.add(null);
      long end =
          leaf
              ? now + random.nextInt(3)
              : grow(into, id, now + random.nextInt(2), depth + 1, random) + random.nextInt(2);
      Work work = new Work("[" + id + "]", random.nextInt(9), random.nextInt(9), "", 0);
      into.set(
          id,
          new Slice(
              id,
              parent,
              leaf ? Kind.OPERATION : Kind.MODULE,
              "s" + id,
              -1,
              now,
              end,
              leaf ? work : null));
      now = end + random.nextInt(2);
    }
    return now;
  }

  private JsonNode trace(RunProfile run) throws IOException {
    Path file = folder.resolve("run.json");
    ChromeTrace.write(file, run, "generate \"a\\b\"", "1.2");
    JsonNode trace = new ObjectMapper().readTree(Files.readString(file));
    assertEquals("generate \"a\\b\"", trace.get("otherData").get("command").asText());
    TraceFormat.check(trace);
    return trace;
  }

  private static String fields(JsonNode node) {
    return new ObjectMapper()
        .valueToTree(node.propertyStream().map(Map.Entry::getKey).toList())
        .toString();
  }

  private static List<JsonNode> of(JsonNode trace, String phase) {
    List<JsonNode> out = new ArrayList<>();
    trace.get("traceEvents").forEach(out::add);
    out.removeIf(it -> !it.get("ph").asText().equals(phase));
    return out;
  }

  private static List<JsonNode> of(JsonNode trace, String phase, int track) {
    return of(trace, phase).stream().filter(it -> it.get("tid").asInt() == track).toList();
  }
}
