package cadj.cad.trace;

import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.AttributionResult;
import cadj.cad.statistics.Spearman;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// CAD's scores beside a trace's effects, row by row.
///
/// Causal tracing gives each module one number, of how much it carries. CAD gives two: what its
/// weights do for the concept, and what they do against it. The rank correlations over the rows of
/// a procedure say how much of either the effects tell.
public final class TraceScores {
  private static final int FEWEST = 3;

  private final TraceResult trace;
  private final Map<TraceRow, ModuleScores> scores = new LinkedHashMap<>();

  public TraceScores(TraceResult trace, AttributionResult attribution) {
    this.trace = trace;
    for (RowFigures figures : trace.figures()) {
      scores.put(
          figures.row(),
          ModuleScores.of(
              attribution, figures.row().modules(), trace.timesteps(), trace.windows()));
    }
  }

  public ModuleScores of(TraceRow row) {
    return requireNonNull(scores.get(row));
  }

  /// Whether any weight of the rows was scored.
  public boolean isEmpty() {
    return scores.values().stream().allMatch(its -> its.weights() == 0);
  }

  /// Rows of which something is known.
  List<TraceRow> known(Procedure procedure) {
    return trace.rows(procedure).stream().filter(row -> of(row).weights() > 0).toList();
  }

  /// Whether enough rows are known for their ranks to say something.
  boolean hasRanks(Procedure procedure) {
    return known(procedure).size() >= FEWEST;
  }

  /// Spearman's correlation, over those rows, of the effects of all calls with the positive sums;
  /// NaN of fewer than three rows, or where one side is constant.
  public double withPositive(Procedure procedure, Measure measure) {
    return correlation(procedure, measure, true);
  }

  /// The same with the sizes of the negative sums.
  public double withNegative(Procedure procedure, Measure measure) {
    return correlation(procedure, measure, false);
  }

  private double correlation(Procedure procedure, Measure measure, boolean positive) {
    if (!hasRanks(procedure)) {
      return Double.NaN;
    }
    List<TraceRow> rows = known(procedure);
    double[] effects = new double[rows.size()];
    double[] sums = new double[rows.size()];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = trace.effect(rows.get(i), measure, 0).mean();
      sums[i] = positive ? of(rows.get(i)).positive() : -of(rows.get(i)).negative();
    }
    return Spearman.rho(effects, sums);
  }
}
