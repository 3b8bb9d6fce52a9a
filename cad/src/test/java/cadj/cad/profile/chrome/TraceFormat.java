package cadj.cad.profile.chrome;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the trace event format demands of the events that are written, and what Perfetto's trace
/// processor counts as an error when it reads them: slices of a track that overlap without one
/// lying in the other, arrows without a slice at either end or with one end only, times that run
/// backwards, values of the wrong type.
public final class TraceFormat {
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "X", Set.of("ph", "name", "cat", "pid", "tid", "ts", "dur", "args"),
          "C", Set.of("ph", "name", "pid", "tid", "ts", "args"),
          "M", Set.of("ph", "name", "pid", "tid", "args"),
          "s", Set.of("ph", "name", "cat", "pid", "tid", "ts", "id", "bp"),
          "f", Set.of("ph", "name", "cat", "pid", "tid", "ts", "id", "bp"));

  private TraceFormat() {}

  /// Fails on the first event that breaks a rule.
  public static void check(JsonNode trace) {
    List<JsonNode> events = new ArrayList<>();
    trace.get("traceEvents").forEach(events::add);
    assertTrue(trace.get("traceEvents").isArray() && !events.isEmpty(), "events");
    for (JsonNode event : events) {
      keys(event);
    }
    // A reader sorts by time, and keeps the order of the file where times are equal.
    List<JsonNode> timed = new ArrayList<>(events);
    timed.removeIf(event -> !event.has("ts"));
    timed.sort(Comparator.comparing(event -> event.get("ts").decimalValue()));
    walk(timed);
  }

  private static void keys(JsonNode event) {
    String phase = event.get("ph").asText();
    Set<String> keys = new HashSet<>();
    event.fieldNames().forEachRemaining(keys::add);
    if (phase.equals("X")) {
      keys.add("args"); // may be missing
    }
    assertEquals(KEYS.get(phase), keys, event::toString);
    assertTrue(
        event.get("name").isTextual() && event.path("args").isEmpty() != event.has("args"),
        event::toString);
    assertTrue(event.get("pid").isInt() && event.get("tid").isInt(), event::toString);
    for (String time : List.of("ts", "dur")) {
      if (event.has(time)) {
        JsonNode value = event.get(time);
        assertTrue(value.isNumber() && value.decimalValue().signum() >= 0, event::toString);
      }
    }
    if (phase.equals("C")) {
      event.get("args").forEach(value -> assertTrue(value.isNumber(), event::toString));
      assertTrue(!event.get("args").isEmpty(), event::toString);
    }
    if (event.has("id")) {
      assertTrue(event.get("id").isIntegralNumber(), event::toString);
      assertEquals("e", event.get("bp").asText(), event::toString);
    }
  }

  private static void walk(List<JsonNode> timed) {
    Map<Integer, Deque<JsonNode>> open = new HashMap<>();
    Map<Long, JsonNode> arrows = new HashMap<>();
    Set<Long> ended = new HashSet<>();
    for (JsonNode event : timed) {
      BigDecimal now = event.get("ts").decimalValue();
      Deque<JsonNode> track =
          open.computeIfAbsent(event.get("tid").asInt(), _ -> new ArrayDeque<>());
      switch (event.get("ph").asText()) {
        case "X" -> {
          track.removeIf(slice -> end(slice).compareTo(now) <= 0 && !slice.equals(event));
          assertTrue(
              track.isEmpty() || end(event).compareTo(end(track.peek())) <= 0,
              () -> event + " overlaps " + track.peek());
          track.push(event);
        }
        case "s" -> {
          assertTrue(holds(track, now), () -> event + " starts in no slice");
          assertEquals(null, arrows.put(event.get("id").asLong(), event), event::toString);
        }
        case "f" -> {
          long id = event.get("id").asLong();
          assertTrue(holds(track, now), () -> event + " ends in no slice");
          assertTrue(arrows.containsKey(id) && ended.add(id), () -> event + " has no start");
          assertEquals(arrows.get(id).get("name"), event.get("name"));
          assertEquals(arrows.get(id).get("cat"), event.get("cat"));
        }
        default -> {}
      }
    }
    assertEquals(arrows.keySet(), ended, "arrows with both ends");
  }

  private static boolean holds(Deque<JsonNode> track, BigDecimal now) {
    return !track.isEmpty() && end(track.peek()).compareTo(now) >= 0;
  }

  private static BigDecimal end(JsonNode slice) {
    return slice.get("ts").decimalValue().add(slice.get("dur").decimalValue());
  }
}
