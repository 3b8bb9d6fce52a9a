package cadj.cad.profile.chrome;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Span;
import cadj.kernels.record.Work;
import cadj.tensor.file.AtomicFile;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A run in Chrome's trace event format, event after event, so that its size does not matter.
///
/// Complete events (`X`) nest on the track of the thread that computes: phases, modules,
/// operations, launches, and its own part of each kernel. Each worker has a track with its parts,
/// the device one with its launches ([DeviceLaunch]). Counters (`C`) give the bytes of live
/// tensors, and of what tapes keep. An arrow (`s`, `f`) leads from a forward operation to its
/// backward pass.
///
/// The format: "Trace Event Format",
/// docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
public final class ChromeTrace {
  private static final JsonFactory JSON = new JsonFactory();

  private final RunProfile run;
  private final TraceEvents events;

  private ChromeTrace(RunProfile run, TraceEvents events) {
    this.run = run;
    this.events = events;
  }

  /// Writes the trace, in one move.
  ///
  /// @param command what ran, such as `generate sneaker`
  /// @param version of this program
  public static void write(Path file, RunProfile run, String command, String version) {
    AtomicFile.write(
        file,
        fresh -> {
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16);
              JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("displayTimeUnit", "ms");
            json.writeObjectFieldStart("otherData");
            json.writeStringField("command", command);
            json.writeStringField("device", run.device());
            json.writeStringField("threads", Integer.toString(run.threads()));
            json.writeStringField("cadj", version);
            if (run.dropped().isAny()) {
              json.writeStringField("missing", missing(run.dropped()));
            }
            json.writeEndObject();
            json.writeArrayFieldStart("traceEvents");
            new ChromeTrace(run, new TraceEvents(json)).write(command);
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
          }
        });
  }

  private static String missing(RunProfile.Dropped it) {
    return "%d slices, %d kernel parts and %d memory events, from %d ms on: the recording was full"
        .formatted(it.slices(), it.spans(), it.allocations(), it.since() / 1_000_000);
  }

  private void write(String command) throws IOException {
    events.process("cadj " + command);
    events.thread(TraceEvents.COMPUTES, "computes");
    int workers = run.spans().stream().mapToInt(Span::thread).max().orElse(0);
    for (int worker = 1; worker <= workers; worker++) {
      events.thread(TraceEvents.COMPUTES + worker, "worker " + worker);
    }
    slices();
    spans();
    List<DeviceLaunch> device = DeviceLaunch.of(run);
    if (!device.isEmpty()) {
      device(TraceEvents.COMPUTES + workers + 1, device);
    }
    memory();
  }

  private void slices() throws IOException {
    long[] arrows = arrows();
    int next = 0;
    long[] kept = new long[run.slices().size()];
    for (RunProfile.Kept it : run.kept()) {
      if (it.slice() >= 0 && it.bytes() > 0) {
        kept[it.slice()] += it.bytes();
      }
    }
    for (Slice slice : run.slices()) {
      events.complete(
          slice.kind().name().toLowerCase(Locale.ROOT),
          slice.name(),
          TraceEvents.COMPUTES,
          slice.start(),
          slice.end(),
          args(slice, kept[slice.id()]));
      // right behind its slice, with the same time: a reader binds it to the innermost one open
      for (; next < arrows.length && arrows[next] >>> Integer.SIZE == slice.id(); next++) {
        events.flow("s", (int) arrows[next], TraceEvents.COMPUTES, slice.start());
      }
      if (slice.cause() >= 0) {
        events.flow("f", slice.id(), TraceEvents.COMPUTES, slice.start());
      }
    }
  }

  /// Pairs of a slice and of one that it is the cause of, in the order of the former.
  private long[] arrows() {
    return run.slices().stream()
        .filter(slice -> slice.cause() >= 0)
        .mapToLong(slice -> (long) slice.cause() << Integer.SIZE | slice.id())
        .sorted()
        .toArray();
  }

  private static TraceEvents.@Nullable Args args(Slice slice, long kept) {
    Work work = slice.work();
    if (work == null && kept == 0) {
      return null;
    }
    return json -> {
      if (work != null) {
        work(json, work, work.deviceNanos() > 0 ? work.deviceNanos() : slice.nanos());
      }
      if (kept > 0) {
        json.writeNumberField("kept for backward, bytes", kept);
      }
    };
  }

  private static void work(JsonGenerator json, Work work, long nanos) throws IOException {
    if (!work.shapes().isEmpty()) {
      json.writeStringField("shapes", work.shapes());
    }
    if (!work.algorithm().isEmpty()) {
      json.writeStringField("algorithm", work.algorithm());
    }
    if (work.flops() > 0) {
      json.writeNumberField("flops", work.flops());
      rate(json, "GFLOP/s", work.flops(), nanos);
    }
    if (work.bytes() > 0) {
      json.writeNumberField("bytes", work.bytes());
      rate(json, "GB/s", work.bytes(), nanos);
    }
  }

  /// Per nanosecond is 10⁹ per second.
  private static void rate(JsonGenerator json, String unit, long count, long nanos)
      throws IOException {
    if (nanos > 0) {
      json.writeNumberField(unit, (double) count / nanos);
    }
  }

  private void spans() throws IOException {
    for (Span span : run.spans()) {
      events.complete(
          "kernel",
          span.name(),
          TraceEvents.COMPUTES + span.thread(),
          span.start(),
          span.end(),
          span.slice() < 0
              ? null
              : json -> json.writeStringField("operation", run.slices().get(span.slice()).name()));
    }
  }

  private void device(int track, List<DeviceLaunch> launches) throws IOException {
    events.thread(track, run.device());
    for (DeviceLaunch it : launches) {
      events.complete(
          "device", it.launch().name(), track, it.start(), it.end(), args(it.launch(), 0));
    }
  }

  private void memory() throws IOException {
    long live = run.liveBefore();
    events.counter("tensor memory", 0, live);
    for (Allocation allocation : run.allocations()) {
      live += allocation.bytes();
      events.counter("tensor memory", allocation.nanos(), live);
    }
    long kept = 0;
    for (RunProfile.Kept it : run.kept()) {
      kept += it.bytes();
      events.counter("kept for backward", it.nanos(), kept);
    }
  }
}
