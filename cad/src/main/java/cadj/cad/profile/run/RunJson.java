package cadj.cad.profile.run;

import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run's tables as one object for machines. Times are seconds, memory bytes, shares of the wall
/// time; keys that are not known (a rate of no time, a roofline that was not measured) are missing.
///
/// Later versions add keys, and leave these as they are: [cadj.cad.profile.compare] reads them.
public final class RunJson {
  private RunJson() {}

  /// @param command what ran, such as `generate --prompt bag`
  /// @param roofline of the device, if it was measured
  /// @param version of this program
  public static Map<String, Object> of(
      RunProfile run, @Nullable Roofline roofline, String command, String version) {
    RunIndex index = new RunIndex(run);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("command", command);
    json.put("device", run.device());
    json.put("threads", run.threads());
    json.put("processors", Runtime.getRuntime().availableProcessors());
    json.put("cadj", version);
    json.put("seconds", seconds(run.nanos()));
    json.put(
        "busy_seconds_by_thread",
        Arrays.stream(ThreadUse.busy(run)).mapToObj(RunJson::seconds).toList());
    if (roofline != null) {
      json.put(
          "roofline",
          Map.of(
              "flops_per_second", roofline.flops(),
              "read_bytes_per_second", roofline.read(),
              "triad_bytes_per_second", roofline.triad()));
    }
    OperationTable operations = OperationTable.of(run, index);
    json.put("seconds_outside_operations", seconds(operations.outside()));
    json.put(
        "operations",
        operations.rows().stream().map(row -> operation(row, run, roofline)).toList());
    List<Object> modules = new ArrayList<>();
    ModuleTimes.of(run, index)
        .children()
        .forEach((network, tree) -> modules(modules, network, tree, run));
    json.put("modules", modules);
    List<Object> phases = new ArrayList<>();
    phases(phases, "", PhaseTree.of(run), run);
    json.put("phases", phases);
    json.put("kernels", KernelTable.of(run).rows().stream().map(RunJson::kernel).toList());
    json.put("memory", memory(MemoryReport.of(run, index)));
    if (run.dropped().isAny()) {
      json.put(
          "missing",
          Map.of(
              "slices", run.dropped().slices(),
              "thread_tasks", run.dropped().spans(),
              "memory_events", run.dropped().allocations(),
              "since_seconds", seconds(run.dropped().since())));
    }
    return json;
  }

  private static Map<String, Object> operation(
      OperationTable.Row row, RunProfile run, @Nullable Roofline roofline) {
    Totals totals = row.totals();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("operation", row.name());
    json.put("pass", row.pass().words());
    json.put("calls", totals.calls());
    json.put("seconds", totals.seconds());
    json.put("share", share(1e9 * totals.seconds(), run));
    json.put("flops", totals.flops());
    json.put("bytes", totals.bytes());
    json.put("flops_per_second", totals.flopsPerSecond());
    json.put("bytes_per_second", totals.bytesPerSecond());
    double roof = totals.rooflineShare(roofline);
    if (!Double.isNaN(roof)) {
      json.put("roofline_share", roof);
    }
    words(json, totals);
    return json;
  }

  private static void words(Map<String, Object> json, Totals totals) {
    json.put("algorithms", List.copyOf(totals.algorithms()));
    json.put("heaviest_shape", totals.heaviestShape());
  }

  private static void modules(List<Object> into, String network, ModuleTimes tree, RunProfile run) {
    if (!tree.key().isEmpty()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("network", network);
      json.put("module", tree.key());
      json.put("calls", tree.calls());
      json.put("seconds", seconds(tree.total()));
      json.put("own_seconds", seconds(tree.own()));
      json.put("share", share((double) tree.total(), run));
      for (Pass pass : Pass.values()) {
        json.put(pass.words() + "_seconds", seconds(tree.total(pass)));
      }
      json.put("flops", tree.flops());
      json.put("bytes", tree.bytes());
      words(json, tree.operations());
      into.add(json);
    }
    tree.children().values().forEach(child -> modules(into, network, child, run));
  }

  private static void phases(List<Object> into, String path, PhaseTree tree, RunProfile run) {
    tree.children()
        .forEach(
            (name, phase) -> {
              String itsPath = path.isEmpty() ? name : path + "/" + name;
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("phase", itsPath);
              json.put("calls", phase.calls());
              json.put("seconds", seconds(phase.nanos()));
              json.put("own_seconds", seconds(phase.own()));
              json.put("share", share((double) phase.nanos(), run));
              json.put("flops", phase.flops());
              into.add(json);
              phases(into, itsPath, phase, run);
            });
  }

  private static Map<String, Object> kernel(KernelTable.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", row.name());
    json.put("launches", row.launches());
    json.put("host_seconds", seconds(row.hostNanos()));
    json.put("device_seconds", seconds(row.deviceNanos()));
    KernelCounts counts = row.counts();
    if (counts != null) {
      json.put("warp_instructions", counts.warpInstructions());
      json.put("flops", counts.flops());
      json.put("bytes_read", counts.bytesRead());
      json.put("bytes_written", counts.bytesWritten());
      json.put("sectors", counts.sectors());
      json.put("global_requests", counts.globalRequests());
      json.put("bank_conflicts", counts.bankConflicts());
      json.put("branches", counts.branches());
      json.put("divergent_branches", counts.divergentBranches());
    }
    return json;
  }

  private static Map<String, Object> memory(MemoryReport memory) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("before_bytes", memory.liveBefore());
    json.put("peak_bytes", memory.peak());
    json.put("peak_seconds", seconds(memory.peakAt()));
    json.put("owners", memory.owners().stream().map(RunJson::owner).toList());
    json.put("kept_peak_bytes", memory.keptPeak());
    json.put("kept_peak_seconds", seconds(memory.keptAt()));
    json.put("kept", memory.keepers().stream().map(RunJson::owner).toList());
    json.put("recompute_seconds", seconds(memory.recompute()));
    return json;
  }

  private static Map<String, Object> owner(MemoryReport.Owner it) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("network", it.network());
    json.put("module", it.module());
    json.put("operation", it.operation());
    json.put("bytes", it.bytes());
    return json;
  }

  private static double seconds(long nanos) {
    return 1e-9 * nanos;
  }

  private static double share(double nanos, RunProfile run) {
    return run.nanos() == 0 ? 0 : nanos / run.nanos();
  }
}
