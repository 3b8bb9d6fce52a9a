package cadj.cad.overlap;

import static cadj.cad.overlap.Overlap.SHARES;

import cadj.cad.chart.ParameterLabel;
import cadj.cad.overlap.Overlap.Agreement;
import cadj.cad.overlap.Overlap.Pair;
import cadj.cad.overlap.Overlap.Scored;
import cadj.cad.overlap.Overlap.Top;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// An overlap for terminals and for machines.
public final class OverlapText {
  /// The share that is shown by layer.
  static final double SHOWN = 0.01;

  private OverlapText() {}

  /// How a file is called beside others: its number and concept.
  static String label(Overlap overlap, int file) {
    String concept = overlap.files().get(file).concept();
    return (file + 1) + (concept.isEmpty() ? "" : " " + concept);
  }

  /// For people; texts of files as they are.
  public static List<String> lines(Overlap overlap) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < overlap.files().size(); i++) {
      out.add("  %s: %s".formatted(label(overlap, i), overlap.files().get(i).name()));
    }
    overlap.notes().forEach(note -> out.add("  " + note));
    out.add("");
    out.add(
        "Weights in both top sets, of those in either (Jaccard; what two random sets have in"
            + " brackets), of %,d weights:".formatted(overlap.whole().weights()));
    String form = "  %-34s %-9s %16s %16s %16s";
    out.add(form.formatted("", "", top(0), top(1), top(2)));
    for (Pair pair : overlap.pairs()) {
      for (Sign sign : Sign.values()) {
        String[] cells = new String[SHARES.size()];
        for (int i = 0; i < cells.length; i++) {
          SetOverlap sets = overlap.whole().sets().get(pair).get(new Top(SHARES.get(i), sign));
          cells[i] = "%.4f (%.4f)".formatted(sets.jaccard(), sets.chance());
        }
        String name = sign == Sign.POSITIVE ? pair(overlap, pair) : "";
        out.add(form.formatted(name, sign, cells[0], cells[1], cells[2]));
      }
    }
    out.add("");
    out.add(
        "Rank correlation of the scores (Spearman's ρ, %s):".formatted(ranked(overlap.whole())));
    overlap
        .pairs()
        .forEach(
            pair ->
                out.add(
                    "  %-34s %6s"
                        .formatted(pair(overlap, pair), rho(overlap.whole().rho().get(pair)))));
    out.add("");
    byLayer(out, overlap);
    return out;
  }

  private static void byLayer(List<String> out, Overlap overlap) {
    int pairs = overlap.pairs().size();
    out.add(
        "By layer, its own top %s%s:"
            .formatted(percent(SHOWN), pairs == 1 ? "" : ", mean of %d pairs".formatted(pairs)));
    out.add("  %-34s %10s %10s %10s %6s".formatted("", "positive", "negative", "(chance)", "ρ"));
    for (Agreement layer : overlap.byDepth()) {
      out.add(
          "  %-34s %10.4f %10.4f %10.4f %6s"
              .formatted(
                  ParameterLabel.of(layer.name()),
                  mean(overlap, p -> set(layer, p, Sign.POSITIVE).jaccard()),
                  mean(overlap, p -> set(layer, p, Sign.NEGATIVE).jaccard()),
                  mean(overlap, p -> set(layer, p, Sign.POSITIVE).chance()),
                  rho(mean(overlap, layer.rho()::get))));
    }
  }

  static SetOverlap set(Agreement at, Pair pair, Sign sign) {
    return at.sets().get(pair).get(new Top(SHOWN, sign));
  }

  private static double mean(Overlap overlap, ToDoubleFunction<Pair> figure) {
    return overlap.pairs().stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /// A correlation; a dash where there is none.
  private static String rho(double value) {
    return Double.isNaN(value) ? "–" : "%.3f".formatted(value);
  }

  private static String pair(Overlap overlap, Pair pair) {
    return label(overlap, pair.a()) + " – " + label(overlap, pair.b());
  }

  private static String top(int share) {
    return "top " + percent(SHARES.get(share));
  }

  static String percent(double share) {
    return "%s %%".formatted((float) (100 * share)).replace(".0 ", " ");
  }

  static String ranked(Agreement at) {
    return at.ranked() == at.weights()
        ? "of all weights"
        : "of a sample of %,d weights".formatted(at.ranked());
  }

  /// For machines.
  public static Map<String, Object> json(Overlap overlap) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", "overlap");
    List<Map<String, String>> files = new ArrayList<>();
    for (Scored file : overlap.files()) {
      files.add(Map.of("file", file.name(), "concept", file.concept()));
    }
    out.put("files", files);
    out.put("differences", overlap.notes());
    List<Map<String, Object>> pairs = new ArrayList<>();
    for (Pair pair : overlap.pairs()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("pair", List.of(pair.a(), pair.b()));
      one.put("whole", json(overlap.whole(), pair));
      List<Map<String, Object>> layers = new ArrayList<>();
      overlap.layers().forEach(layer -> layers.add(json(layer, pair)));
      one.put("layers", layers);
      pairs.add(one);
    }
    out.put("pairs", pairs);
    return out;
  }

  private static Map<String, Object> json(Agreement at, Pair pair) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (!at.name().isEmpty()) {
      out.put("name", at.name());
    }
    out.put("weights", at.weights());
    out.put("ranked", at.ranked());
    out.put("spearman", finite(at.rho().get(pair)));
    List<Map<String, Object>> sets = new ArrayList<>();
    at.sets()
        .get(pair)
        .forEach(
            (top, set) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("end", top.sign().toString());
              one.put("share", top.share());
              one.put("a", set.a());
              one.put("b", set.b());
              one.put("both", set.both());
              one.put("jaccard", finite(set.jaccard()));
              one.put("chance", finite(set.chance()));
              sets.add(one);
            });
    out.put("sets", sets);
    return out;
  }

  /// JSON has no NaN.
  private static Object finite(double value) {
    return Double.isFinite(value) ? (Object) value : "none";
  }
}
