package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The merge rules of byte-pair encoding, Sennrich et al. 2016 (arXiv:1508.07909), most frequent
/// first.
final class Merges {
  private static final String WORD_END = "</w>";

  private final Map<Pair, Integer> ranks;

  /// Two neighbouring symbols.
  private record Pair(String left, String right) {}

  private Merges(Map<Pair, Integer> ranks) {
    this.ranks = ranks;
  }

  /// Reads lines of two symbols each. A line that starts with `#version` is none.
  ///
  /// @param vocab every merged symbol must be in it
  static Merges read(Path file, Map<String, Integer> vocab) {
    Builder merges = new Builder(vocab);
    List<String> lines = VocabularyFile.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#version") || (line.isBlank() && i == lines.size() - 1)) {
        continue;
      }
      String where = "line " + (i + 1);
      merges.add(
          symbols(line),
          (expected, found) -> new FileFormatException(file, where, expected, found));
    }
    return merges.build();
  }

  /// The list `model.merges` of a tokenizer.json: `"a b"` each, or `["a", "b"]`.
  static Merges of(JsonObject model, Map<String, Integer> vocab) {
    Builder merges = new Builder(vocab);
    JsonList list = model.list("merges");
    for (int i = 0; i < list.size(); i++) {
      JsonValue value = list.get(i);
      List<String> pair = value.isList() ? value.list().strings() : symbols(value.string());
      merges.add(pair, (expected, found) -> model.error("merges", expected, found));
    }
    return merges.build();
  }

  private static List<String> symbols(String line) {
    return List.of(line.strip().split("\\s+", -1));
  }

  /// Collects rules in order of their rank; one said again has its later rank.
  private static final class Builder {
    private final Map<String, Integer> vocab;
    private final Map<Pair, Integer> ranks = new HashMap<>();

    Builder(Map<String, Integer> vocab) {
      this.vocab = vocab;
    }

    void add(List<String> pair, BiFunction<String, String, FileFormatException> error) {
      if (pair.size() != 2) {
        throw error.apply("two symbols", FileFormatException.quote(String.join(" ", pair)));
      }
      String merged = pair.get(0) + pair.get(1);
      if (!vocab.containsKey(merged)) {
        throw error.apply(
            "symbols whose merger is in the vocabulary", FileFormatException.quote(merged));
      }
      ranks.put(new Pair(pair.get(0), pair.get(1)), ranks.size());
    }

    Merges build() {
      return new Merges(ranks);
    }
  }

  /// The symbols of a word in [ByteAlphabet] letters: merged by rank until no rule applies.
  List<String> split(String word) {
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < word.length(); i++) {
      symbols.add(i == word.length() - 1 ? word.charAt(i) + WORD_END : word.substring(i, i + 1));
    }
    for (Pair best = best(symbols); best != null; best = best(symbols)) {
      symbols = merge(symbols, best);
    }
    return symbols;
  }

  /// The pair to merge first, or null if no rule applies.
  private @Nullable Pair best(List<String> symbols) {
    Pair best = null;
    int bestRank = Integer.MAX_VALUE;
    for (int i = 1; i < symbols.size(); i++) {
      Pair pair = new Pair(symbols.get(i - 1), symbols.get(i));
      int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
      if (rank < bestRank) {
        best = pair;
        bestRank = rank;
      }
    }
    return best;
  }

  /// Every occurrence of `pair`, left to right, becomes one symbol.
  private static List<String> merge(List<String> symbols, Pair pair) {
    List<String> out = new ArrayList<>();
    for (String symbol : symbols) {
      if (symbol.equals(pair.right) && !out.isEmpty() && out.getLast().equals(pair.left)) {
        out.set(out.size() - 1, pair.left + pair.right);
      } else {
        out.add(symbol);
      }
    }
    return out;
  }
}
