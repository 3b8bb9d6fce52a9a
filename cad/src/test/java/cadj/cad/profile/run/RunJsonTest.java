package cadj.cad.profile.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.cad.profile.SampleRun;
import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.RunProfile.Dropped;
import cadj.kernels.roofline.Roofline;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A run's object for machines: keys, units, and figures found by hand.
class RunJsonTest {
  private static final double NANO = 1e-9;

  private static JsonNode json(RunProfile run, Roofline roofline) {
    return new ObjectMapper().valueToTree(RunJson.of(run, roofline, "generate", "1.2"));
  }

  private static JsonNode json() {
    return json(SampleRun.onProcessor(), new Roofline(100e9, 20e9, 10e9));
  }

  @Test
  void whatRanAndWhere() {
    JsonNode json = json();
    assertEquals("generate", json.get("command").asText());
    assertEquals("cpu", json.get("device").asText());
    assertEquals(2, json.get("threads").asInt());
    assertEquals(Runtime.getRuntime().availableProcessors(), json.get("processors").asInt());
    assertEquals("1.2", json.get("cadj").asText());
    assertEquals(10_500 * NANO, json.get("seconds").asDouble(), 1e-15);
    assertEquals(1_990 * NANO, json.get("busy_seconds_by_thread").get(0).asDouble(), 1e-15);
    assertEquals(2_830 * NANO, json.get("busy_seconds_by_thread").get(1).asDouble(), 1e-15);
    assertEquals(100e9, json.get("roofline").get("flops_per_second").asDouble());
    assertEquals(20e9, json.get("roofline").get("read_bytes_per_second").asDouble());
    assertEquals(10e9, json.get("roofline").get("triad_bytes_per_second").asDouble());
    assertFalse(json.has("missing"));
    assertFalse(json(SampleRun.onProcessor(), null).has("roofline"));
  }

  @Test
  void operations() {
    JsonNode conv = json().get("operations").get(1);
    assertEquals("conv2d", conv.get("operation").asText());
    assertEquals("backward", conv.get("pass").asText());
    assertEquals(1, conv.get("calls").asInt());
    assertEquals(1_900 * NANO, conv.get("seconds").asDouble(), 1e-15);
    assertEquals(1_900 / 10_500.0, conv.get("share").asDouble(), 1e-9);
    assertEquals(36_864, conv.get("flops").asLong());
    assertEquals(4_224, conv.get("bytes").asLong());
    assertEquals(36_864 / 1.9e-6, conv.get("flops_per_second").asDouble(), 1);
    assertEquals(4_224 / 1.9e-6, conv.get("bytes_per_second").asDouble(), 1);
    assertEquals(422.4 / 1_900, conv.get("roofline_share").asDouble(), 1e-9);
    assertEquals("[\"Winograd F4\"]", conv.get("algorithms").toString());
    assertEquals("[1,4,8,8] [8,4,3,3] → [1,8,8,8]", conv.get("heaviest_shape").asText());
    assertEquals(6, json().get("operations").size());
    assertFalse(json(SampleRun.onProcessor(), null).get("operations").get(1).has("roofline_share"));
    assertEquals(3_600 * NANO, json().get("seconds_outside_operations").asDouble(), 1e-15);
  }

  @Test
  void modulesAndPhases() {
    List<String> modules = new ArrayList<>();
    for (JsonNode it : json().get("modules")) {
      modules.add(
          "%s %s %d %.0f %.0f %.3f %.0f %.0f %.0f %d %d"
              .formatted(
                  it.get("network").asText(),
                  it.get("module").asText(),
                  it.get("calls").asLong(),
                  it.get("seconds").asDouble() / NANO,
                  it.get("own_seconds").asDouble() / NANO,
                  it.get("share").asDouble(),
                  it.get("forward_seconds").asDouble() / NANO,
                  it.get("backward_seconds").asDouble() / NANO,
                  it.get("recompute_seconds").asDouble() / NANO,
                  it.get("flops").asLong(),
                  it.get("bytes").asLong()));
    }
    assertEquals(
        List.of(
            "forward conv_in 1 3200 3200 0.305 1300 1900 0 73728 8448",
            "forward mid \"</script>\" 1 4800 4800 0.457 2300 2500 0 16384 8704"),
        modules);
    List<String> phases = new ArrayList<>();
    for (JsonNode it : json().get("phases")) {
      phases.add(
          "%s %d %.0f %.0f %.3f %d"
              .formatted(
                  it.get("phase").asText(),
                  it.get("calls").asLong(),
                  it.get("seconds").asDouble() / NANO,
                  it.get("own_seconds").asDouble() / NANO,
                  it.get("share").asDouble(),
                  it.get("flops").asLong()));
    }
    assertEquals(
        List.of(
            "denoise at 501 1 10000 1200 0.952 90112",
            "denoise at 501/forward 1 3900 3900 0.371 45056",
            "denoise at 501/backward 1 4900 4900 0.467 45056"),
        phases);
  }

  @Test
  void memory() {
    JsonNode memory = json().get("memory");
    assertEquals(1_000, memory.get("before_bytes").asLong());
    assertEquals(8_168, memory.get("peak_bytes").asLong());
    assertEquals(2_710 * NANO, memory.get("peak_seconds").asDouble(), 1e-15);
    assertEquals(
        "{\"network\":\"forward\",\"module\":\"conv_in\",\"operation\":\"conv2d\",\"bytes\":2048}",
        memory.get("owners").get(1).toString());
    assertEquals(3_328, memory.get("kept_peak_bytes").asLong());
    assertEquals(2_695 * NANO, memory.get("kept_peak_seconds").asDouble(), 1e-15);
    assertEquals(
        "{\"network\":\"forward\",\"module\":\"conv_in\",\"operation\":\"\",\"bytes\":1024}",
        memory.get("kept").get(1).toString());
    assertEquals(0, memory.get("recompute_seconds").asDouble());
  }

  @Test
  void kernelsWithTheirCounts() {
    RunProfile run = SampleRun.onDevice();
    KernelCounts counts = new KernelCounts("gemm", 1, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    JsonNode json =
        json(
            new RunProfile(
                run.device(),
                run.threads(),
                run.nanos(),
                run.slices(),
                run.spans(),
                run.allocations(),
                run.kept(),
                run.liveBefore(),
                List.of(counts),
                new Dropped(1, 2, 3, 4_000)),
            null);
    assertEquals(
        "{\"kernel\":\"gemm\",\"launches\":1,\"host_seconds\":1.0E-7,\"device_seconds\":5.0E-6,"
            + "\"warp_instructions\":9,\"flops\":8,\"bytes_read\":7,\"bytes_written\":6,"
            + "\"sectors\":5,\"global_requests\":4,\"bank_conflicts\":3,\"branches\":2,"
            + "\"divergent_branches\":1}",
        json.get("kernels").get(0).toString().replace("1.0000000000000001E-7", "1.0E-7"));
    assertFalse(json.get("kernels").get(1).has("sectors"));
    assertEquals(1, json.get("missing").get("slices").asLong());
    assertEquals(2, json.get("missing").get("thread_tasks").asLong());
    assertEquals(3, json.get("missing").get("memory_events").asLong());
    assertEquals(4e-6, json.get("missing").get("since_seconds").asDouble(), 1e-15);
  }
}
