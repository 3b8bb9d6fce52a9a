package cadj.models.tokenizer.unigram;

import cadj.tensor.file.FileFormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/// The vocabulary: pieces of text, each with the logarithm of its probability. A piece's id is its
/// place in the list.
///
/// Those with which a text begins are found in the sorted list: the range of pieces that begin like
/// the text shrinks with each char.
final class Pieces {
  private static final int MOST = 1 << 20;

  /// A bound of the work per character of a prompt; the longest of T5's have 16.
  private static final int LONGEST = 512;

  private final List<String> texts;
  private final double[] scores;
  private final Map<String, Integer> ids;
  private final int[] sortedIds;
  private final String[] sorted;

  private Pieces(List<String> texts, List<Double> scores, Map<String, Integer> ids) {
    this.texts = List.copyOf(texts);
    this.scores = scores.stream().mapToDouble(Double::doubleValue).toArray();
    this.ids = Map.copyOf(ids);
    sortedIds =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparing(texts::get))
            .mapToInt(Integer::intValue)
            .toArray();
    sorted = IntStream.of(sortedIds).mapToObj(texts::get).toArray(String[]::new);
  }

  /// Collects pieces in the order of their ids.
  static final class Builder {
    private final List<String> texts = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();

    /// @param error makes the error of what was expected and what was found
    void add(String text, double score, BiFunction<String, String, FileFormatException> error) {
      if (texts.size() == MOST) {
        throw error.apply("at most " + MOST + " pieces", "more");
      }
      if (text.isEmpty() || text.length() > LONGEST) {
        throw error.apply("a piece of 1 to " + LONGEST + " characters", "one of " + text.length());
      }
      if (!(score <= 0) || Double.isInfinite(score)) {
        throw error.apply("the logarithm of a probability as score", String.valueOf(score));
      }
      Integer before = ids.putIfAbsent(text, texts.size());
      if (before != null) {
        throw error.apply(
            "each piece once",
            FileFormatException.quote(text) + ", which is piece " + before + " too");
      }
      texts.add(text);
      scores.add(score);
    }

    int size() {
      return texts.size();
    }

    Pieces build() {
      return new Pieces(texts, scores, ids);
    }
  }

  int size() {
    return scores.length;
  }

  String text(int id) {
    return texts.get(id);
  }

  double score(int id) {
    return scores[id];
  }

  /// The lowest score.
  double lowest() {
    double lowest = 0;
    for (double score : scores) {
      lowest = Math.min(lowest, score);
    }
    return lowest;
  }

  /// −1 if there is no such piece.
  int id(String text) {
    return ids.getOrDefault(text, -1);
  }

  /// A piece that was found in a text.
  interface Found {
    void accept(int id, int end);
  }

  /// All pieces that stand in `text` at `from` and end by `to`, short ones first.
  void forEachAt(String text, int from, int to, Found found) {
    int low = 0;
    int high = sorted.length;
    for (int at = from; at < to && low < high; at++) {
      int depth = at - from;
      char c = text.charAt(at);
      low = firstNotBelow(low, high, depth, c);
      high = firstNotBelow(low, high, depth, c + 1);
      if (low < high && sorted[low].length() == depth + 1) {
        found.accept(sortedIds[low], at + 1);
      }
    }
  }

  /// Of the sorted pieces `low` to `high`, which begin alike, the first whose char at `depth` is
  /// `c` or more.
  private int firstNotBelow(int low, int high, int depth, int c) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      String piece = sorted[middle];
      if (piece.length() > depth && piece.charAt(depth) >= c) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }
}
