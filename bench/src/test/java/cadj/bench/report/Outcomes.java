package cadj.bench.report;

import cadj.bench.race.Outcome;
import cadj.bench.race.Times;
import cadj.bench.workload.Entry;
import java.util.List;

/// Made-up outcomes for tests of reports.
final class Outcomes {
  private Outcomes() {}

  static Times times(String name, double... seconds) {
    return new Times(name, seconds, 2e-6);
  }

  static Outcome of(
      String room, String operation, String shape, double share, Times ours, Times... peers) {
    Entry entry =
        new Entry(
            room,
            operation,
            shape,
            () -> {
              throw new AssertionError("a report needs no workload");
            });
    return new Outcome(entry, 3e9, 2e6, ours, List.of(peers), share, List.of());
  }

  /// Two products, one of them compared with two peers, and a step that is compared with none.
  static List<Outcome> some() {
    return List.of(
        of(
            "gemm",
            "nt",
            "1×2×3 SMALL",
            0.5,
            times("cadj", 0.002, 0.001, 0.004),
            times("OpenBLAS", 0.004, 0.004, 0.004),
            times("EJML", 0.04, 0.02, 0.08)),
        of("gemm", "nt", "4×5×6 \"LARGE\", wide", 2, times("cadj", 2), times("OpenBLAS", 1)),
        of("vae", "decode", "8×8", Double.NaN, times("cadj", 0.25)));
  }
}
