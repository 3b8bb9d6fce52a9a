package cadj.cad.profile.chrome;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Writes events of Chrome's trace event format. Times are microseconds there, with three decimals
/// exact to the nanosecond; all events are of one process.
final class TraceEvents {
  /// The track (a thread's number) of the thread that computes.
  static final int COMPUTES = 1;

  private static final int PROCESS = 1;

  private final JsonGenerator json;

  TraceEvents(JsonGenerator json) {
    this.json = json;
  }

  /// Writes an event's `args`, between the braces.
  @FunctionalInterface
  interface Args {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /// What the process is called.
  void process(String name) throws IOException {
    metadata("process_name", COMPUTES, json -> json.writeStringField("name", name));
  }

  /// What a track is called; tracks stand in the order of their numbers.
  void thread(int track, String name) throws IOException {
    metadata("thread_name", track, json -> json.writeStringField("name", name));
    metadata("thread_sort_index", track, json -> json.writeNumberField("sort_index", track));
  }

  private void metadata(String name, int track, Args args) throws IOException {
    start("M", name, track);
    end(args);
  }

  /// Something with a beginning and an end.
  ///
  /// @param start nanoseconds since the recording began
  /// @param end nanoseconds since the recording began
  /// @param args null for none
  void complete(String category, String name, int track, long start, long end, @Nullable Args args)
      throws IOException {
    start("X", name, track);
    json.writeStringField("cat", category);
    time("ts", start);
    time("dur", end - start);
    end(args);
  }

  /// One end of an arrow, in the slice that is open on the track.
  ///
  /// @param phase `s` where it starts, `f` where it ends
  /// @param id of the arrow
  void flow(String phase, int id, int track, long nanos) throws IOException {
    start(phase, "backward of", track);
    json.writeStringField("cat", "backward");
    time("ts", nanos);
    json.writeNumberField("id", id);
    json.writeStringField("bp", "e");
    end(null);
  }

  /// The value of a counter from `nanos` on.
  void counter(String name, long nanos, long bytes) throws IOException {
    start("C", name, COMPUTES);
    time("ts", nanos);
    end(json -> json.writeNumberField("bytes", bytes));
  }

  private void start(String phase, String name, int track) throws IOException {
    json.writeStartObject();
    json.writeStringField("ph", phase);
    json.writeStringField("name", name);
    json.writeNumberField("pid", PROCESS);
    json.writeNumberField("tid", track);
  }

  private void time(String key, long nanos) throws IOException {
    json.writeNumberField(key, BigDecimal.valueOf(nanos, 3));
  }

  /// @param args null for none
  private void end(@Nullable Args args) throws IOException {
    if (args != null) {
      json.writeObjectFieldStart("args");
      args.writeTo(json);
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
