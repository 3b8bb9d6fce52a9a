package cadj.cad.profile.page;

import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.MemoryReport;
import cadj.kernels.record.RunProfile;
import java.util.List;

/// Memory over time, and whose it is at the peak.
record MemorySection(MemoryReport report, RunProfile run) {
  private static final int OWNERS = 10;

  String html() {
    MemoryPlot plot =
        new MemoryPlot(
            MemoryCurve.live(run, MemoryPlot.PARTS),
            MemoryCurve.kept(run, MemoryPlot.PARTS),
            run.nanos());
    StringBuilder html = new StringBuilder("<h2>Memory</h2>\n");
    html.append(
        "<p class=\"small\">Bytes of tensors%s. %s of it there before; whose that is, is not known.%s</p>\n"
            .formatted(
                report.keptPeak() > 0
                    ? ", and (red) what of it is kept for the backward pass, at most "
                        + Quantity.bytes(report.keptPeak())
                    : "",
                Quantity.bytes(report.liveBefore()),
                report.recompute() == 0
                    ? ""
                    : " Blocks computed again to save memory took %s."
                        .formatted(Quantity.time(report.recompute()))));
    html.append(plot.svg());
    html.append("<h3>At the peak</h3>\n").append(owners(report.owners(), report.peak()));
    if (!report.keepers().isEmpty()) {
      html.append("<h3>Kept for the backward pass, by module</h3>\n")
          .append(owners(report.keepers(), report.keptPeak()));
    }
    return html.toString();
  }

  private static String owners(List<MemoryReport.Owner> owners, long all) {
    HtmlTable html = new HtmlTable("", "bytes", "share", "<network", "<module", "<operation");
    for (MemoryReport.Owner it : owners.subList(0, Math.min(OWNERS, owners.size()))) {
      html.row()
          .cell(Quantity.bytes(it.bytes()))
          .share((double) it.bytes() / Math.max(1, all))
          .words(it.network())
          .words(it.module())
          .words(it.operation())
          .end();
    }
    return html.html();
  }
}
