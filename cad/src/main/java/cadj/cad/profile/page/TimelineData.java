package cadj.cad.profile.page;

import cadj.cad.profile.chrome.DeviceLaunch;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Span;
import cadj.kernels.record.Work;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.LongStream;

/// What the page's script draws as a timeline, as JSON.
///
/// Rows hold slices that do not overlap, in the order of time: one row for each level of nesting,
/// each worker, the device. Times are in units of 100 ns; a start counts from the end of the slice
/// before, so that numbers are short. Names, shapes and flops stand once in `labels`.
///
/// ```
/// {"unit": 100, "length": …, "labels": [[name, kind, shapes, algorithm, flops], …],
///  "rows": [{"title": …, "at": [gap, length, label, …]}, …], "memory": [bytes, …]}
/// ```
final class TimelineData {
  /// More than this would make the page slow to load.
  static final int MOST_SLICES = 100_000;

  static final long UNIT = 100;
  private static final int MEMORY_PARTS = 4_000;

  private final RunProfile run;
  private final long shortest;
  private final SequencedMap<Label, Integer> labels = new LinkedHashMap<>();
  private final SequencedMap<String, Row> rows = new LinkedHashMap<>();

  /// @param kind a [Kind] in lower case, or `kernel`
  private record Label(String name, String kind, String shapes, String algorithm, long flops) {}

  /// A row under construction: `at` as in the JSON, and where its last slice ends.
  private static final class Row {
    final List<Long> at = new ArrayList<>();
    long end;
  }

  private TimelineData(RunProfile run, long shortest) {
    this.run = run;
    this.shortest = shortest;
  }

  /// @param most slices and spans to take; the shortest are left out if there are more
  static TimelineData of(RunProfile run, int most) {
    TimelineData data = new TimelineData(run, shortest(run, most));
    data.slices();
    data.spans();
    data.device();
    return data;
  }

  /// How long what is shown lasts at the least, in nanoseconds; 0 if all is shown.
  long shortest() {
    return shortest;
  }

  private static long shortest(RunProfile run, int most) {
    long[] lengths =
        LongStream.concat(
                run.slices().stream().mapToLong(Slice::nanos),
                run.spans().stream().mapToLong(span -> span.end() - span.start()))
            .toArray();
    if (lengths.length <= most) {
      return 0;
    }
    Arrays.sort(lengths);
    return lengths[lengths.length - most - 1] + 1;
  }

  private void slices() {
    int[] depth = new int[run.slices().size()];
    for (Slice slice : run.slices()) {
      depth[slice.id()] = slice.parent() < 0 ? 0 : depth[slice.parent()] + 1;
      add("level " + (depth[slice.id()] + 1), slice.start(), slice.end(), label(slice));
    }
  }

  private void spans() {
    int workers = run.spans().stream().mapToInt(Span::thread).max().orElse(-1);
    for (int thread = 0; thread <= workers; thread++) {
      for (Span span : run.spans()) {
        if (span.thread() == thread) {
          add(
              thread == 0 ? "kernels" : "worker " + thread,
              span.start(),
              span.end(),
              new Label(span.name(), "kernel", "", "", 0));
        }
      }
    }
  }

  private void device() {
    for (DeviceLaunch it : DeviceLaunch.of(run)) {
      add(run.device(), it.start(), it.end(), label(it.launch()));
    }
  }

  private static Label label(Slice slice) {
    String kind = slice.kind().name().toLowerCase(Locale.ROOT);
    Work work = slice.work();
    return work == null
        ? new Label(slice.name(), kind, "", "", 0)
        : new Label(slice.name(), kind, work.shapes(), work.algorithm(), work.flops());
  }

  private void add(String title, long start, long end, Label label) {
    if (end - start < shortest) {
      return;
    }
    Row row = rows.computeIfAbsent(title, _ -> new Row());
    // both ends are rounded, not the length: neighbours stay neighbours
    long from = Math.max(row.end, Math.round((double) start / UNIT));
    long to = Math.max(from, Math.round((double) end / UNIT));
    row.at.add(from - row.end);
    row.at.add(to - from);
    row.at.add((long) labels.computeIfAbsent(label, _ -> labels.size()));
    row.end = to;
  }

  /// The JSON, fit for a script element.
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("unit", UNIT);
      json.writeNumberField("length", Math.ceilDiv(run.nanos(), UNIT));
      json.writeArrayFieldStart("labels");
      for (Label label : labels.keySet()) {
        write(json, label);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("rows");
      for (Map.Entry<String, Row> row : rows.entrySet()) {
        json.writeStartObject();
        json.writeStringField("title", row.getKey());
        json.writeFieldName("at");
        long[] at = row.getValue().at.stream().mapToLong(Long::longValue).toArray();
        json.writeArray(at, 0, at.length);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeFieldName("memory");
      json.writeArray(MemoryCurve.live(run, MEMORY_PARTS).most(), 0, MEMORY_PARTS);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException(e); // a StringWriter does not fail
    }
    // "</script>" in a name would end the element
    return text.toString().replace("<", "\\u003c");
  }

  private static void write(JsonGenerator json, Label label) throws IOException {
    json.writeStartArray();
    json.writeString(label.name());
    json.writeString(label.kind());
    json.writeString(label.shapes());
    json.writeString(label.algorithm());
    json.writeNumber(label.flops());
    json.writeEndArray();
  }
}
