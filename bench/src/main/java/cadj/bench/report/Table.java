package cadj.bench.report;

import cadj.bench.race.Outcome;
import cadj.bench.race.Times;
import cadj.kernels.roofline.Roofline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rows for people, one as soon as it is known.
///
/// Behind each peer's time stands how many times as long as ours it is: above 1, ours is faster.
public final class Table {
  private static final int NAME = 30;
  private static final int SHAPE = 41;
  private static final int TIME = 9;
  private static final int RATIO = 7;

  private final List<String> peers;

  /// @param peers columns
  public Table(List<String> peers) {
    this.peers = List.copyOf(peers);
  }

  /// The first line.
  public String header() {
    StringBuilder line = new StringBuilder();
    line.append(left("operation", NAME)).append(left("shape", SHAPE));
    line.append(right("cadj", TIME)).append(right("limit", RATIO));
    for (String peer : peers) {
      line.append(right(peer, TIME + RATIO + 1));
    }
    return line.toString();
  }

  public String row(Outcome outcome) {
    StringBuilder line = new StringBuilder();
    line.append(left(outcome.entry().name(), NAME)).append(left(outcome.entry().shape(), SHAPE));
    line.append(right(time(outcome.ours().median()), TIME));
    line.append(
        right(
            Double.isNaN(outcome.share()) ? "–" : "%.0f %%".formatted(100 * outcome.share()),
            RATIO));
    for (String peer : peers) {
      String cell =
          outcome.peers().stream()
              .filter(times -> times.name().equals(peer))
              .findFirst()
              .map(times -> cell(times, outcome.ours()))
              .orElse("–");
      line.append(right(cell, TIME + RATIO + 1));
    }
    return line.toString();
  }

  private static String cell(Times peer, Times ours) {
    return time(peer.median()) + right(ratio(peer.over(ours)), RATIO);
  }

  /// Geometric means of the ratios: of each operation, and of each room that has several; not of
  /// single rows.
  public List<String> means(List<Outcome> outcomes) {
    Map<String, List<Outcome>> groups = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      groups.computeIfAbsent(outcome.entry().name(), name -> new ArrayList<>()).add(outcome);
    }
    for (Outcome outcome : outcomes) {
      groups.computeIfAbsent(outcome.entry().room(), room -> new ArrayList<>()).add(outcome);
    }
    List<String> lines = new ArrayList<>();
    Set<List<Outcome>> told = new HashSet<>();
    groups.forEach(
        (name, group) -> {
          boolean compared = group.stream().anyMatch(outcome -> !outcome.peers().isEmpty());
          if (group.size() > 1 && compared && told.add(group)) {
            lines.add(means(name, group));
          }
        });
    return lines;
  }

  private String means(String name, List<Outcome> group) {
    StringBuilder line = new StringBuilder();
    line.append(left(name, NAME)).append(left("geometric mean", SHAPE));
    line.append(right("", TIME)).append(right("", RATIO));
    for (String peer : peers) {
      double mean = mean(group, peer);
      line.append(right(Double.isNaN(mean) ? "–" : ratio(mean), TIME + RATIO + 1));
    }
    return line.toString();
  }

  private static double mean(List<Outcome> outcomes, String peer) {
    return Math.exp(
        outcomes.stream()
            .flatMap(
                outcome ->
                    outcome.peers().stream()
                        .filter(times -> times.name().equals(peer))
                        .map(times -> times.over(outcome.ours())))
            .mapToDouble(Math::log)
            .average()
            .orElse(Double.NaN));
  }

  /// What shares are shares of.
  public static String machine(String name, Roofline roofline) {
    return "%s: %.0f GFLOP/s, reading %.0f GB/s, triad %.0f GB/s"
        .formatted(name, roofline.flops() * 1e-9, roofline.read() * 1e-9, roofline.triad() * 1e-9);
  }

  private static String ratio(double ratio) {
    return (ratio < 10 ? "%.2f×" : "%.0f×").formatted(ratio);
  }

  static String time(double seconds) {
    if (seconds >= 1) {
      return "%.2f s".formatted(seconds);
    }
    return (seconds >= 0.1 ? "%.0f ms" : seconds >= 0.01 ? "%.1f ms" : "%.2f ms")
        .formatted(seconds * 1e3);
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }
}
