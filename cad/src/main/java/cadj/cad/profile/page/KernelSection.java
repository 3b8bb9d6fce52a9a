package cadj.cad.profile.page;

import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.KernelTable;
import cadj.kernels.record.KernelCounts;

/// What a device was asked for, with times there, and what was counted if it is emulated.
record KernelSection(KernelTable table) {
  String html() {
    if (table.rows().isEmpty()) {
      return "";
    }
    HtmlTable html =
        new HtmlTable(
            "",
            "<kernel",
            "launches",
            "device",
            "host",
            "GFLOP",
            "read",
            "written",
            "sectors",
            "bank conflicts",
            "branches",
            "diverged");
    for (KernelTable.Row row : table.rows()) {
      html.row()
          .words(row.name())
          .cell(row.launches())
          .cell(row.deviceNanos() == 0 ? "" : Quantity.time(row.deviceNanos()))
          .cell(Quantity.time(row.hostNanos()));
      KernelCounts counts = row.counts();
      if (counts != null) {
        html.cell("%.3g".formatted(counts.flops() / 1e9))
            .cell(Quantity.bytes(counts.bytesRead()))
            .cell(Quantity.bytes(counts.bytesWritten()))
            .cell(counts.sectors())
            .cell(counts.bankConflicts())
            .cell(counts.branches())
            .cell(counts.divergentBranches());
      }
      html.end();
    }
    return "<h2>Kernels</h2>\n" + html.html();
  }
}
