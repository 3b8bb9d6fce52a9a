package cadj.bench.report;

import cadj.bench.race.Outcome;
import cadj.bench.race.Times;
import java.util.ArrayList;
import java.util.List;

/// Outcomes as comma-separated values, a line for each contender.
public final class Csv {
  static final String HEADER =
      "room,operation,shape,contender,rounds,median_s,best_s,times_ours,error,gflop,gigabyte,share";

  private Csv() {}

  public static List<String> lines(List<Outcome> outcomes) {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (Outcome outcome : outcomes) {
      lines.add(line(outcome, outcome.ours(), number(outcome.share())));
      for (Times peer : outcome.peers()) {
        lines.add(line(outcome, peer, ""));
      }
    }
    return lines;
  }

  private static String line(Outcome outcome, Times times, String share) {
    return String.join(
        ",",
        quoted(outcome.entry().room()),
        quoted(outcome.entry().operation()),
        quoted(outcome.entry().shape()),
        quoted(times.name()),
        Integer.toString(times.seconds().length),
        number(times.median()),
        number(times.best()),
        number(times.over(outcome.ours())),
        number(times.error()),
        number(outcome.flop() * 1e-9),
        number(outcome.bytes() * 1e-9),
        share);
  }

  /// Empty for what is not known.
  private static String number(double value) {
    return Double.isNaN(value) || value == 0 ? "" : "%.6g".formatted(value);
  }

  private static String quoted(String text) {
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
