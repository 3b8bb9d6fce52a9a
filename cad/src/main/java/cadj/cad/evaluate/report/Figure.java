package cadj.cad.evaluate.report;

import cadj.cad.evaluate.LedgerKeys;
import cadj.cad.statistics.Proportion;
import cadj.tensor.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A figure of one edit beside that of the model as it is.
///
/// @param value NaN where it is unknown
/// @param before NaN where there is none
/// @param count for shares, what they are of
record Figure(double value, double before, @Nullable Proportion count) {
  /// From `{"seen": 3, "of": 24, "seen_before": 23, "of_before": 24}` or `{"value": 27.1, "before":
  /// 27.9}`; unknown for anything else.
  static Figure of(JsonObject json) {
    if (json.has(LedgerKeys.SEEN)) {
      Proportion after = count(json, LedgerKeys.SEEN, LedgerKeys.OF);
      double before =
          json.has(LedgerKeys.SEEN_BEFORE)
              ? count(json, LedgerKeys.SEEN_BEFORE, LedgerKeys.OF_BEFORE).share()
              : Double.NaN;
      return new Figure(after.share(), before, after);
    }
    return new Figure(number(json, LedgerKeys.VALUE), number(json, LedgerKeys.BEFORE), null);
  }

  private static Proportion count(JsonObject json, String seen, String of) {
    int tries = json.integer(of);
    int successes = json.integer(seen);
    if (successes < 0 || successes > tries) {
      throw json.error(seen, "between 0 and %s, %d".formatted(of, tries), "" + successes);
    }
    return new Proportion(successes, tries);
  }

  /// NaN for anything that is no number, such as what a ledger writes for an unknown one.
  static double number(JsonObject json, String key) {
    return number(json.values(), key);
  }

  static double number(Map<String, ? extends @Nullable Object> values, String key) {
    return values.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /// How much is left of what was there: value / before.
  double kept() {
    return before > 0 ? value / before : Double.NaN;
  }
}
