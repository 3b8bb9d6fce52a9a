package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The merge rules of byte-pair encoding, Sennrich et al. 2016 (arXiv:1508.07909), most frequent
/// first.
final class Merges {
  private static final long LARGEST_FILE = 64L << 20;
  private static final String WORD_END = "</w>";

  private final Map<Pair, Integer> ranks;

  /// Two neighbouring symbols.
  private record Pair(String left, String right) {}

  private Merges(Map<Pair, Integer> ranks) {
    this.ranks = ranks;
  }

  /// Reads `merges.txt`: a line of comment, then two symbols a line.
  ///
  /// @param vocab every merged symbol must be in it
  static Merges read(Path file, Map<String, Integer> vocab) {
    Map<Pair, Integer> ranks = new HashMap<>();
    List<String> lines = lines(file);
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() && i == lines.size() - 1) {
        break;
      }
      String[] symbols = line.strip().split("\\s+", -1);
      String where = "line " + (i + 1);
      if (symbols.length != 2) {
        throw new FileFormatException(file, where, "two symbols", FileFormatException.quote(line));
      }
      if (!vocab.containsKey(symbols[0] + symbols[1])) {
        throw new FileFormatException(
            file,
            where,
            "symbols whose merger is in vocab.json",
            FileFormatException.quote(symbols[0] + symbols[1]));
      }
      ranks.putIfAbsent(new Pair(symbols[0], symbols[1]), i);
    }
    return new Merges(ranks);
  }

  private static List<String> lines(Path file) {
    ReadableFile.require(file);
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new FileFormatException(
            file, "", "at most " + LARGEST_FILE + " bytes", Files.size(file) + " bytes");
      }
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new FileFormatException(file, "", "UTF-8 text", "other bytes", e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
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
