package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Some of a run's trajectories, from `first` to `last`, both included; written counting from 1, as
/// `3-5` or `4`.
///
/// @param first counting from 0
/// @param last counting from 0
public record TrajectoryRange(int first, int last) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,8})(?:-(\\d{1,8}))?");

  public TrajectoryRange {
    require(
        first >= 0 && last >= first,
        "trajectories: expected a range such as 3-5, counted from 1, got %d-%d",
        first + 1,
        last + 1);
  }

  /// Reads `3-5` or `4`.
  public static TrajectoryRange parse(String text) {
    Matcher match = TEXT.matcher(text);
    require(
        match.matches(),
        "trajectories: expected a range such as 3-5, counted from 1, got \"%s\"",
        text);
    int first = Integer.parseInt(match.group(1));
    int last = match.group(2) == null ? first : Integer.parseInt(match.group(2));
    return new TrajectoryRange(first - 1, last - 1);
  }

  int count() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return count() == 1 ? String.valueOf(first + 1) : (first + 1) + "-" + (last + 1);
  }
}
