package cadj.cad.profile.page;

import cadj.cad.profile.ProfileText;
import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.OperationTable;
import cadj.cad.profile.run.Pass;
import cadj.cad.profile.run.Totals;
import cadj.kernels.roofline.Roofline;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The run by operation: a table, and the roofline plot where the machine was measured.
record OperationSection(OperationTable table, @Nullable Roofline roofline, boolean isEmulated) {
  String html() {
    HtmlTable html =
        new HtmlTable(
            "",
            "<operation",
            "calls",
            "time",
            "share",
            "GFLOP/s",
            "GB/s",
            "of roofline",
            "<algorithm",
            "<heaviest shape");
    for (OperationTable.Row row : table.rows()) {
      Totals totals = row.totals();
      html.row()
          .words(name(row))
          .cell(totals.calls())
          .cell(Quantity.time(1e9 * totals.seconds()))
          .share(1e9 * totals.seconds() / table.nanos())
          .cell(Rate.giga(totals.flopsPerSecond()))
          .cell(Rate.giga(totals.bytesPerSecond()))
          .cell(ProfileText.ofRoof(totals.rooflineShare(roofline)))
          .brief("brief", String.join(" · ", totals.algorithms()))
          .brief("brief shape", totals.heaviestShape())
          .end();
    }
    html.row()
        .words("outside operations")
        .cell("")
        .cell(Quantity.time(table.outside()))
        .share((double) table.outside() / table.nanos())
        .end();
    return "<h2>Operations</h2>\n" + emulated() + html.html() + plot();
  }

  private String emulated() {
    return isEmulated
        ? """
        <p class="small">Times are those of the emulator and say nothing of a GPU's, so nothing is compared with a roofline. What
        kernels counted is exact.</p>
        """
        : "";
  }

  private String plot() {
    if (roofline == null) {
      return "";
    }
    List<RooflinePlot.Point> points =
        table.rows().stream()
            .map(
                row ->
                    new RooflinePlot.Point(
                        name(row),
                        row.pass() == Pass.BACKWARD,
                        row.totals().flops(),
                        row.totals().bytes(),
                        1e9 * row.totals().seconds(),
                        1e9 * row.totals().seconds() / table.nanos()))
            .toList();
    return """
    <h2>Roofline</h2>
    <p class="small">What each operation reached, beside what this device can do: %s GFLOP/s of multiplications and additions in
    registers, %s GB/s to and from memory, measured after the run: a processor with as many threads, a GPU in single precision. The area of a point is the share of time. Bytes are
    those of inputs and results, once each: data that lie in a cache may put a point above the slope, and an algorithm that needs
    fewer multiplications than the definition, such as Winograd's, above the roof. %s</p>
    %s\
    """
        .formatted(
            Rate.giga(roofline.flops()),
            Rate.giga(roofline.triad()),
            withoutPlace(points),
            new RooflinePlot(roofline.flops() / 1e9, roofline.triad() / 1e9).svg(points));
  }

  private static String withoutPlace(List<RooflinePlot.Point> points) {
    double share =
        points.stream().filter(it -> !it.isPlaced()).mapToDouble(RooflinePlot.Point::share).sum();
    return share == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "Operations that only move data have no place here; they took %.1f %% of the time.",
            100 * share);
  }

  private static String name(OperationTable.Row row) {
    return row.pass() == Pass.FORWARD ? row.name() : row.name() + " " + row.pass().words();
  }
}
