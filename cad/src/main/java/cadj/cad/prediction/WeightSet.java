package cadj.cad.prediction;

import java.util.Locale;
import java.util.SequencedMap;

/// A set of weights that is knocked out.
///
/// @param kind how it was chosen
/// @param granularity what was chosen
/// @param ratio share of the whole that was asked for
/// @param indices flat and ascending, by parameter
public record WeightSet(
    Kind kind, Granularity granularity, double ratio, SequencedMap<String, int[]> indices) {
  /// How sets are chosen.
  public enum Kind {
    /// Each unit with the probability `ratio`.
    RANDOM,
    /// The highest first-order scores of the whole model.
    TOP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Number of weights.
  public int size() {
    return indices.values().stream().mapToInt(its -> its.length).sum();
  }
}
