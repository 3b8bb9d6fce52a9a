package cadj.cad.profile.page;

import static cadj.cad.chart.Html.escape;

import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.KernelTable;
import cadj.cad.profile.run.MemoryReport;
import cadj.cad.profile.run.ModuleTimes;
import cadj.cad.profile.run.OperationTable;
import cadj.cad.profile.run.PhaseTree;
import cadj.cad.profile.run.RunIndex;
import cadj.cad.profile.run.ThreadUse;
import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import cadj.tensor.file.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A run as a web page that needs no other file.
public final class RunPage {
  private RunPage() {}

  /// Writes the page, in one move.
  ///
  /// @param roofline of the device, if it was measured
  /// @param command what ran, such as `generate --prompt bag`
  /// @param version of this program
  public static void write(
      Path file, RunProfile run, @Nullable Roofline roofline, String command, String version) {
    String html = html(run, roofline, command, version);
    AtomicFile.write(file, fresh -> Files.writeString(fresh, html));
  }

  static String html(RunProfile run, @Nullable Roofline roofline, String command, String version) {
    RunIndex index = new RunIndex(run);
    OperationTable operations = OperationTable.of(run, index);
    MemoryReport memory = MemoryReport.of(run, index);
    return """
    <!doctype html>
    <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>cadj %1$s</title>
    <style>
    %2$s</style>
    <h1>cadj %1$s</h1>
    %3$s\
    """
            .formatted(
                escape(command),
                Resource.text("style.css"),
                figures(run, roofline, operations, memory))
        + new PhaseSection(PhaseTree.of(run)).html()
        + TimelineSection.html(run)
        + new OperationSection(operations, roofline, run.isEmulated()).html()
        + new ModuleSection(ModuleTimes.of(run, index), run.nanos()).html()
        + new KernelSection(KernelTable.of(run)).html()
        + new MemorySection(memory, run).html()
        + "<script>\n%s</script>\n".formatted(Resource.text("tree.js"))
        + "<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version));
  }

  private static String figures(
      RunProfile run, @Nullable Roofline roofline, OperationTable operations, MemoryReport memory) {
    List<String> figures = new ArrayList<>();
    figures.add(figure(Quantity.time(run.nanos()), "on " + run.device()));
    List<String> busy = new ArrayList<>();
    for (long nanos : ThreadUse.busy(run)) {
      busy.add(String.format(Locale.ROOT, "%.0f %%", 100.0 * nanos / run.nanos()));
    }
    figures.add(figure(String.join(" · ", busy), "of the time each thread worked in kernels"));
    double flops =
        operations.rows().stream().mapToDouble(row -> (double) row.totals().flops()).sum();
    figures.add(figure(Rate.giga(1e9 * flops / run.nanos()) + " GFLOP/s", "over the whole run"));
    figures.add(figure(Quantity.bytes(memory.peak()), "of tensors at the peak"));
    if (roofline != null) {
      figures.add(
          figure(
              "%s GFLOP/s, %s GB/s"
                  .formatted(Rate.giga(roofline.flops()), Rate.giga(roofline.triad())),
              "the machine's best, measured after the run"));
    }
    return "<div class=\"figures\">" + String.join("", figures) + "</div>\n" + missing(run);
  }

  private static String figure(String value, String words) {
    return "<div><b>%s</b><span>%s</span></div>".formatted(escape(value), escape(words));
  }

  private static String missing(RunProfile run) {
    RunProfile.Dropped it = run.dropped();
    return it.isAny()
        ? """
        <p>The recording was full after %s: from there on %,d operations and modules, %,d parts of kernels and %,d events of memory
        are missing here.</p>
        """
            .formatted(Quantity.time(it.since()), it.slices(), it.spans(), it.allocations())
        : "";
  }
}
