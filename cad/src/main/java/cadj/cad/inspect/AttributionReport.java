package cadj.cad.inspect;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.chart.ParameterScores;
import cadj.cad.chart.TextBars;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// An attribution: how it came about, where its scores lie, and the parameters that hold most of
/// them.
public record AttributionReport(
    Path path, AttributionResult attribution, List<ParameterScores> parameters) implements Report {
  private static final int STRONGEST = 5;

  static AttributionReport of(Path path) {
    AttributionResult attribution = AttributionFile.read(path);
    return new AttributionReport(path, attribution, ParameterScores.of(attribution));
  }

  /// A parameter among the strongest of one sign.
  ///
  /// @param share of all scores of that sign
  record Strong(ParameterScores scores, double sum, double share) {}

  /// Those that hold most of the positive scores.
  List<Strong> mostPositive() {
    return strongest(ParameterScores::positive);
  }

  /// Those that hold most of the negative scores.
  List<Strong> mostNegative() {
    return strongest(scores -> -scores.negative());
  }

  private List<Strong> strongest(ToDoubleFunction<ParameterScores> size) {
    double all = parameters.stream().mapToDouble(size).sum();
    return parameters.stream()
        .filter(scores -> size.applyAsDouble(scores) > 0)
        .sorted(Comparator.comparingDouble(size).reversed())
        .limit(STRONGEST)
        .map(
            scores ->
                new Strong(scores, size.applyAsDouble(scores), size.applyAsDouble(scores) / all))
        .toList();
  }

  @Override
  public List<String> lines(int width, boolean colour) {
    List<String> out = new ArrayList<>();
    long weights = parameters.stream().mapToLong(ParameterScores::weights).sum();
    out.add(
        "%s: attribution of %,d weights of %d parameters, scored at %d time steps"
            .formatted(path, weights, parameters.size(), attribution.timesteps().length));
    out.addAll(Lines.pairs(AttributionFile.settings(attribution)));
    if (attribution.timesteps().length > 0) {
      out.add(predictions());
    }
    out.add("");
    out.add("Sums of scores by block and layer:");
    out.addAll(TextBars.of(parameters, width, colour));
    out.add("");
    out.add("Most positive (they make the concept appear):");
    mostPositive().forEach(strong -> out.add(line(strong)));
    out.add("Most negative (they hold it back):");
    mostNegative().forEach(strong -> out.add(line(strong)));
    return out;
  }

  /// What the file says of sets of weights.
  private String predictions() {
    double j = Arrays.stream(attribution.objectives()).sum();
    String spread =
        attribution.trajectories().isEmpty()
            ? ""
            : "; spread known from %d trajectories".formatted(attribution.trajectories().size());
    return String.format(
        Locale.ROOT,
        "Zeroing a set of weights is predicted to change J = %.4g by %+.3g less its scores%s",
        j,
        attribution.offset(),
        spread);
  }

  private static String line(Strong strong) {
    return "  %5.1f %%  %s".formatted(100 * strong.share, Lines.plain(strong.scores.parameter()));
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", AttributionFile.KIND);
    out.put("file", path.toString());
    out.put("metadata", Settings.typed(AttributionFile.settings(attribution)));
    out.put("timesteps", attribution.plainTimesteps());
    out.put("objectives", attribution.objectives());
    out.put("expansions", attribution.expansions());
    out.put("offset", attribution.offset());
    out.put("trajectories", attribution.trajectories().size());
    List<Map<String, Object>> rows = new ArrayList<>();
    parameters.forEach(scores -> rows.add(row(scores)));
    out.put("parameters", rows);
    out.put("most_positive", names(mostPositive()));
    out.put("most_negative", names(mostNegative()));
    return out;
  }

  private Map<String, Object> row(ParameterScores scores) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", scores.parameter());
    out.put("block", scores.label().block());
    out.put("layer", scores.label().layer());
    out.put("shape", attribution.scores().get(scores.parameter()).shape().toArray());
    out.put("positive", scores.positive());
    out.put("negative", scores.negative());
    out.put("positive_by_step", attribution.positive()[scores.row()]);
    out.put("negative_by_step", attribution.negative()[scores.row()]);
    return out;
  }

  private static List<String> names(List<Strong> strong) {
    return strong.stream().map(s -> s.scores.parameter()).toList();
  }
}
