package cadj.cad.profile.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// A value of one run beside that of an earlier one.
///
/// @param name of the operation, module or owner
/// @param before NaN where the earlier run had none
/// @param now NaN where this run has none
public record RunDifference(String name, double before, double now) {
  public boolean isNew() {
    return Double.isNaN(before);
  }

  public boolean isGone() {
    return Double.isNaN(now);
  }

  /// How much more it is now; what is not there counts as 0.
  public double change() {
    return orZero(now) - orZero(before);
  }

  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  /// Of all that is in either, the largest changes first, in whichever direction.
  static List<RunDifference> of(
      SequencedMap<String, Double> before, SequencedMap<String, Double> now) {
    SequencedSet<String> names = new LinkedHashSet<>(now.sequencedKeySet());
    names.addAll(before.sequencedKeySet());
    List<RunDifference> out = new ArrayList<>();
    for (String name : names) {
      out.add(
          new RunDifference(
              name, before.getOrDefault(name, Double.NaN), now.getOrDefault(name, Double.NaN)));
    }
    out.sort(Comparator.comparingDouble(it -> -Math.abs(it.change())));
    return out;
  }
}
