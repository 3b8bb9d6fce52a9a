package cadj.models.original;

import java.util.function.IntFunction;
import java.util.function.Predicate;

/// Counting numbered blocks by a key that each of them has.
final class Blocks {
  /// More there are in no model, whatever a file says.
  private static final int MOST = 128;

  private Blocks() {}

  /// How many keys there are in a row, from number 0.
  static int count(Predicate<String> has, IntFunction<String> key) {
    int n = 0;
    while (n < MOST && has.test(key.apply(n))) {
      n++;
    }
    return n;
  }
}
