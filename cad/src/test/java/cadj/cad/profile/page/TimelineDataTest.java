package cadj.cad.profile.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.SampleRun;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the timeline's script reads, read as it does.
class TimelineDataTest {
  @Test
  void aRowForEachLevelAndThread() throws JsonProcessingException {
    TimelineData data = TimelineData.of(SampleRun.onProcessor(), 1_000);
    JsonNode json = new ObjectMapper().readTree(data.json());
    Map<String, List<String>> expected = new LinkedHashMap<>();
    expected.put("level 1", List.of("phase denoise at 501 0+100"));
    expected.put("level 2", List.of("phase forward 1+39", "phase backward 41+49"));
    expected.put(
        "level 3",
        List.of(
            "module conv_in 2+13",
            "module mid \"</script>\" 16+23",
            "backward silu 42+5",
            "backward linear 47+20",
            "backward conv2d 70+19"));
    expected.put(
        "level 4",
        List.of("operation conv2d 2+12", "operation linear 17+10", "operation silu 27+3"));
    // 2,690 ns end at 27 units of 100 ns
    expected.put("kernels", List.of("kernel Conv2dVector 3+10", "kernel GemmVector 17+10"));
    expected.put(
        "worker 1",
        List.of("kernel Conv2dVector 3+10", "kernel GemmVector 48+18", "kernel Copy 91+1"));
    assertEquals(expected, rows(json));
    assertEquals(105, json.get("length").asInt());
    assertEquals(0, data.shortest());
  }

  @Test
  void labelsAreSharedAndHoldTheWork() throws JsonProcessingException {
    JsonNode labels =
        new ObjectMapper()
            .readTree(TimelineData.of(SampleRun.onProcessor(), 1_000).json())
            .get("labels");
    List<String> all = new ArrayList<>();
    labels.forEach(label -> all.add(label.toString()));
    assertTrue(
        all.contains(
            "[\"conv2d\",\"operation\",\"[1,4,8,8] [8,4,3,3] → [1,8,8,8]\",\"Winograd F4\",36864]"),
        all::toString);
    assertEquals(1, all.stream().filter(it -> it.contains("GemmVector")).count());
    assertEquals(all.size(), all.stream().distinct().count());
  }

  @Test
  void noNameEndsTheScriptElement() {
    assertFalse(TimelineData.of(SampleRun.onProcessor(), 1_000).json().contains("<"));
  }

  @Test
  void theShortestAreLeftOut() throws JsonProcessingException {
    // 16 slices and spans; the five longest: 10,000 4,900 3,900 2,300 2,000
    TimelineData data = TimelineData.of(SampleRun.onProcessor(), 5);
    Map<String, List<String>> rows = rows(new ObjectMapper().readTree(data.json()));
    assertEquals(
        List.of(
            "phase denoise at 501 0+100",
            "phase forward 1+39",
            "phase backward 41+49",
            "module mid \"</script>\" 16+23",
            "backward linear 47+20"),
        rows.values().stream().flatMap(List::stream).toList());
    assertEquals(1_901, data.shortest());
  }

  @Test
  void asManyAsThereMayBeAreAllShown() {
    assertEquals(0, TimelineData.of(SampleRun.onProcessor(), 16).shortest());
    assertEquals(101, TimelineData.of(SampleRun.onProcessor(), 15).shortest());
  }

  @Test
  void launchesAreWhereTheyWereAskedForAndOnTheDevice() throws JsonProcessingException {
    Map<String, List<String>> rows =
        rows(new ObjectMapper().readTree(TimelineData.of(SampleRun.onDevice(), 1_000).json()));
    assertEquals(
        List.of(
            "launch gemm 1+1",
            "launch bias 3+1",
            "launch silu_forward 201+1",
            "launch copyOut 203+6"),
        rows.get("level 2"));
    assertEquals(
        List.of("launch gemm 1+50", "launch bias 51+10", "launch silu_forward 201+7"),
        rows.get("NVIDIA & Co"));
  }

  @Test
  void memoryIsTheCurve() throws JsonProcessingException {
    JsonNode memory =
        new ObjectMapper()
            .readTree(TimelineData.of(SampleRun.onProcessor(), 1_000).json())
            .get("memory");
    assertEquals(1_000, memory.get(0).asLong());
    assertEquals(2_536, memory.get(memory.size() - 1).asLong());
  }

  /// Rows as `kind name start+length`, by title.
  private static Map<String, List<String>> rows(JsonNode json) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    for (JsonNode row : json.get("rows")) {
      List<String> slices = new ArrayList<>();
      JsonNode at = row.get("at");
      long end = 0;
      for (int i = 0; i < at.size(); i += 3) {
        JsonNode label = json.get("labels").get(at.get(i + 2).asInt());
        long start = end + at.get(i).asLong();
        long length = at.get(i + 1).asLong();
        slices.add(
            "%s %s %d+%d".formatted(label.get(1).asText(), label.get(0).asText(), start, length));
        end = start + length;
      }
      out.put(row.get("title").asText(), slices);
    }
    return out;
  }
}
