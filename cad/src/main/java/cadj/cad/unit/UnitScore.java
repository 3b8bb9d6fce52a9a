package cadj.cad.unit;

import static java.util.Objects.requireNonNull;

import cadj.cad.edit.Units;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the scores of one unit add up to.
///
/// @param units the module's, of which it is one
/// @param number of the unit, from 0
/// @param weights how many scored weights it has
/// @param positive sum of their positive scores
/// @param negative sum of their negative scores, ≤ 0
public record UnitScore(Units units, int number, long weights, double positive, double negative) {
  /// Every unit of every module, in their order.
  public static List<UnitScore> of(List<Units> modules, Map<String, Tensor> scores) {
    List<UnitScore> out = new ArrayList<>();
    modules.forEach(units -> add(units, scores, out));
    return out;
  }

  private static void add(Units units, Map<String, Tensor> scores, List<UnitScore> out) {
    long[] weights = new long[units.count()];
    double[] positive = new double[units.count()];
    double[] negative = new double[units.count()];
    for (Units.Side side : units.sides()) {
      Tensor tensor = requireNonNull(scores.get(side.parameter()));
      float[] values = tensor.toFloats();
      for (int i = 0; i < values.length; i++) {
        int unit = side.unitOf(i, tensor);
        weights[unit]++;
        if (values[i] > 0) {
          positive[unit] += values[i];
        } else {
          negative[unit] += values[i];
        }
      }
    }
    for (int unit = 0; unit < weights.length; unit++) {
      out.add(new UnitScore(units, unit, weights[unit], positive[unit], negative[unit]));
    }
  }

  /// Positive and negative scores together: to first order, what the objective loses without it.
  public double sum() {
    return positive + negative;
  }

  /// Its module, and its number where the module has several.
  public String name() {
    return units.count() == 1 ? units.module() : units.module() + " #" + number;
  }
}
