package cadj.cad.profile.compare;

import cadj.cad.profile.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;

/// A comparison in lines for people.
public final class ComparisonText {
  /// Rows of a table.
  private static final int ROWS = 12;

  /// Names in a line of what is new or gone.
  private static final int NAMES = 6;

  /// From so many times as much on, percents are hard to read.
  private static final double MANY_TIMES = 10;

  private static final String ROW = "%10s %10s %11s %8s  %s";
  private static final String ROW_WITH_SHARES = "%10s %10s %11s %8s %8s %8s  %s";

  private final RunComparison comparison;
  private final List<String> lines = new ArrayList<>();

  private ComparisonText(RunComparison comparison) {
    this.comparison = comparison;
  }

  /// @param file that the earlier run is in
  public static List<String> lines(RunComparison comparison, String file) {
    ComparisonText text = new ComparisonText(comparison);
    text.head(file);
    text.times("operation", comparison.operations());
    text.times("module, without those inside it", comparison.modules());
    text.memory();
    return text.lines;
  }

  private void add(String line, Object... values) {
    lines.add(String.format(Locale.ROOT, line, values).stripTrailing());
  }

  private void head(String file) {
    RunSummary before = comparison.before();
    RunSummary now = comparison.now();
    add("compared with %s", file);
    comparison.otherwise().forEach(line -> add("note: another %s", line));
    add(
        "time     %10s, then %10s  %s",
        time(now.seconds()), time(before.seconds()), relative(before.seconds(), now.seconds()));
    size("peak", before.peakBytes(), now.peakBytes());
    size("kept", before.keptBytes(), now.keptBytes());
  }

  private void size(String name, long before, long now) {
    add(
        "%-8s %10s, then %10s  %s",
        name, Quantity.bytes(now), Quantity.bytes(before), relative((double) before, (double) now));
  }

  private void times(String title, List<RunDifference> differences) {
    add("");
    add(ROW_WITH_SHARES, "then", "now", "difference", "", "share", "now", title);
    for (RunDifference it : differences.subList(0, Math.min(ROWS, differences.size()))) {
      add(
          ROW_WITH_SHARES,
          or(it.before(), ComparisonText::time),
          or(it.now(), ComparisonText::time),
          signed(it.change(), ComparisonText::time),
          relative(it.before(), it.now()),
          or(it.before() / comparison.before().seconds(), ComparisonText::percent),
          or(it.now() / comparison.now().seconds(), ComparisonText::percent),
          it.name());
    }
    newAndGone(differences);
  }

  private void memory() {
    List<RunDifference> differences = comparison.owners();
    add("");
    add(ROW, "then", "now", "difference", "", "memory at the peak");
    for (RunDifference it : differences.subList(0, Math.min(ROWS, differences.size()))) {
      add(
          ROW,
          or(it.before(), Quantity::bytes),
          or(it.now(), Quantity::bytes),
          signed(it.change(), Quantity::bytes),
          relative(it.before(), it.now()),
          it.name());
    }
    newAndGone(differences);
  }

  private void newAndGone(List<RunDifference> differences) {
    names("new", differences, RunDifference::isNew);
    names("gone", differences, RunDifference::isGone);
  }

  private void names(String what, List<RunDifference> differences, Predicate<RunDifference> which) {
    List<String> names = differences.stream().filter(which).map(RunDifference::name).toList();
    if (!names.isEmpty()) {
      String rest = names.size() > NAMES ? " and %d more".formatted(names.size() - NAMES) : "";
      add(
          "%s: %s%s",
          what, String.join(", ", names.subList(0, Math.min(NAMES, names.size()))), rest);
    }
  }

  private static String time(double seconds) {
    return Quantity.time(1e9 * seconds);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String or(double value, DoubleFunction<String> text) {
    return Double.isNaN(value) ? "–" : text.apply(value);
  }

  private static String signed(double value, DoubleFunction<String> text) {
    return (value < 0 ? "−" : "+") + text.apply(Math.abs(value));
  }

  /// How much more or less, in percent, or how many times as much; "new" and "gone" where there is
  /// only one of both.
  private static String relative(double before, double now) {
    if (Double.isNaN(before)) {
      return "new";
    }
    if (Double.isNaN(now)) {
      return "gone";
    }
    if (before == 0) {
      return "";
    }
    double ratio = now / before;
    return ratio >= MANY_TIMES
        ? String.format(Locale.ROOT, "×%.0f", ratio)
        : signed(ratio - 1, ComparisonText::percent);
  }
}
