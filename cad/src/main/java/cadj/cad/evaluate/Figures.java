package cadj.cad.evaluate;

import cadj.cad.statistics.Interval;
import cadj.cad.statistics.Proportion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The figures of an edit in one group, beside those of the model as it is on the same noise.
///
/// - `target`: pictures of prompts that ask for the concept in which it is seen
/// - `others`: pictures of the other prompts in which what they ask for, of its kind, is seen;
///   `by_word` the same for each
/// - `other_kinds`: pictures of the other prompts that are right in the other kinds (the style,
///   where an object was edited)
/// - `beside`: pictures of prompts that ask for the concept and another of its kind, in which that
///   is seen
///
/// A figure without pictures is left out. Intervals are Wilson's, 95 %, for this one edit: how much
/// edits with other seeds differ, they do not know.
final class Figures {
  private Figures() {}

  /// @param before the model as it is, as often drawn
  static SequencedMap<String, Object> of(
      EditProtocol protocol, String concept, Verdicts before, Verdicts after) {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    String kind = protocol.kind();
    put(out, LedgerKeys.TARGET, before.target(kind, concept), after.target(kind, concept));
    put(out, LedgerKeys.OTHERS, before.others(kind, concept), after.others(kind, concept));
    put(out, LedgerKeys.BESIDE, before.beside(kind, concept), after.beside(kind, concept));
    for (String other : protocol.words().keySet()) {
      if (!other.equals(kind)) {
        put(
            out,
            LedgerKeys.others(other),
            before.others(other, concept),
            after.others(other, concept));
      }
    }
    Map<String, Object> byWord = new LinkedHashMap<>();
    SequencedMap<String, Proportion> was = before.othersByWord(kind, concept);
    after.othersByWord(kind, concept).forEach((word, is) -> put(byWord, word, was.get(word), is));
    if (!byWord.isEmpty()) {
      out.put(LedgerKeys.BY_WORD, byWord);
    }
    return out;
  }

  private static void put(
      Map<String, Object> out, String name, Proportion before, Proportion after) {
    if (after.tries() > 0) {
      Map<String, Object> figure = share(after);
      figure.put(LedgerKeys.SEEN_BEFORE, before.successes());
      figure.put(LedgerKeys.OF_BEFORE, before.tries());
      out.put(name, figure);
    }
  }

  /// A share with its interval.
  static Map<String, Object> share(Proportion share) {
    Interval interval = share.wilson(Interval.LEVEL);
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put(LedgerKeys.SEEN, share.successes());
    figure.put(LedgerKeys.OF, share.tries());
    figure.put(LedgerKeys.LOW, interval.low());
    figure.put(LedgerKeys.HIGH, interval.high());
    return figure;
  }
}
