package cadj.cad.generate;

import static cadj.tensor.shape.Require.require;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Some rows of a list, from `first` to `last`, both included and counted from 1: `10-20`, `7`, or
/// `10-` for all from there on.
public record RowRange(int first, int last) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,8})(?:(-)(\\d{1,8})?)?");

  public static final RowRange ALL = new RowRange(1, Integer.MAX_VALUE);

  /// Reads `10-20`, `7` or `10-`.
  public static RowRange parse(String text) {
    Matcher match = TEXT.matcher(text);
    boolean read = match.matches();
    int first = read ? Integer.parseInt(match.group(1)) : 0;
    int last = first;
    if (read && match.group(2) != null) {
      last = match.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(match.group(3));
    }
    require(
        first >= 1 && last >= first,
        "--rows: expected a range such as 10-20, counted from 1, got \"%s\"",
        text);
    return new RowRange(first, last);
  }

  public boolean has(int row) {
    return row >= first && row <= last;
  }
}
