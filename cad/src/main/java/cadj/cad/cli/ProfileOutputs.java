package cadj.cad.cli;

import cadj.cad.Version;
import cadj.cad.profile.chrome.ChromeTrace;
import cadj.cad.profile.compare.ComparisonText;
import cadj.cad.profile.compare.RunComparison;
import cadj.cad.profile.compare.RunSummary;
import cadj.cad.profile.jfr.FlightRecording;
import cadj.cad.profile.page.RunPage;
import cadj.cad.profile.run.RunJson;
import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What `cadj profile` makes of a recorded run beside the tables.
final class ProfileOutputs {
  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a web page: the tables, with modules as a tree, a timeline, memory over time, and"
              + " each operation under the roofline of the machine.")
  private @Nullable Path html;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Write a trace in Chrome's format, for ui.perfetto.dev or chrome://tracing: all slices of"
              + " all threads, memory, and arrows from forward to backward.")
  private @Nullable Path trace;

  @Option(
      names = "--jfr",
      paramLabel = "FILE",
      description =
          "Write a recording of JDK Flight Recorder, for JDK Mission Control: events"
              + " cadj.Operation, cadj.Kernel and cadj.Allocation beside the virtual machine's"
              + " own.")
  private @Nullable Path jfr;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "Compare with an earlier run, of which FILE holds what --json printed: largest"
              + " differences first.")
  private @Nullable Path baseline;

  private @Nullable RunSummary before;

  /// Refuses, before the run, what could not be written or read after it.
  void check() {
    Path[] inputs = Stream.of(baseline).filter(Objects::nonNull).toArray(Path[]::new);
    for (Path output : new @Nullable Path[] {html, trace, jfr}) {
      if (output != null) {
        OutputFile.require(output, inputs);
      }
    }
    if (baseline != null) {
      before = RunSummary.read(baseline);
    }
  }

  /// Flight Recorder, if it is to record; to be closed.
  @Nullable FlightRecording flight(String command) {
    return jfr == null ? null : FlightRecording.start("cadj " + command);
  }

  /// Writes the files, and says how the run differs from the earlier one.
  ///
  /// @return the object of `--json`
  Map<String, Object> write(
      RunProfile run,
      @Nullable Roofline roofline,
      @Nullable FlightRecording flight,
      String command,
      Terminal terminal) {
    String version = Version.current();
    Map<String, Object> json = RunJson.of(run, roofline, command, version);
    if (before != null && baseline != null) {
      RunComparison comparison = RunComparison.of(before, RunSummary.of(json));
      terminal.say("");
      ComparisonText.lines(comparison, baseline.toString()).forEach(it -> terminal.say("%s", it));
      json.put("baseline", comparison.json());
    }
    if (html != null || trace != null || jfr != null) {
      terminal.say("");
    }
    if (html != null) {
      RunPage.write(html, run, roofline, command, version);
      json.put("page", html.toString());
      terminal.say("Look at %s", html);
    }
    if (trace != null) {
      ChromeTrace.write(trace, run, command, version);
      json.put("trace", trace.toString());
      terminal.say("Open %s in ui.perfetto.dev", trace);
    }
    if (jfr != null && flight != null) {
      flight.write(jfr);
      json.put("jfr", jfr.toString());
      terminal.say("Open %s in JDK Mission Control", jfr);
    }
    return json;
  }
}
