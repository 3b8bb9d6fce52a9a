package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// CLIP's byte-pair encoding, equal to transformers' `CLIPTokenizer` (the slow one, without ftfy).
///
/// Special tokens are split off first, wherever they occur; the rest is cleaned ([BasicText]), cut
/// into words, each word's bytes written as letters ([ByteAlphabet]) and merged ([Merges]).
public final class ClipTokenizer {
  /// Positions of every published text encoder; a larger `model_max_length` means "not said".
  private static final int DEFAULT_LENGTH = 77;

  private static final int LONGEST = 1 << 16;
  private static final int MOST_CACHED_WORDS = 10_000;

  /// Specials, contractions, runs of letters, single digits, runs of anything else.
  private static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+";

  private final Map<String, Integer> vocab;
  private final Merges merges;
  private final SpecialTokens special;
  private final int maxLength;
  private final Pattern specials;
  private final Pattern words;
  private final Map<String, List<Integer>> cache = new HashMap<>();

  private ClipTokenizer(
      Map<String, Integer> vocab, Merges merges, SpecialTokens special, int maxLength) {
    this.vocab = vocab;
    this.merges = merges;
    this.special = special;
    this.maxLength = maxLength;
    specials =
        Pattern.compile(
            special.all().stream().map(Pattern::quote).collect(Collectors.joining("|")));
    words =
        Pattern.compile(
            Pattern.quote(special.start()) + "|" + Pattern.quote(special.end()) + "|" + WORDS,
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
  }

  /// Reads `vocab.json`, `merges.txt`, `tokenizer_config.json` and, if there,
  /// `special_tokens_map.json`.
  public static ClipTokenizer load(Path folder) {
    Map<String, Integer> vocab = vocab(folder.resolve("vocab.json"));
    Merges merges = Merges.read(folder.resolve("merges.txt"), vocab);
    JsonObject config = JsonFile.read(folder.resolve("tokenizer_config.json"));
    return new ClipTokenizer(
        vocab, merges, SpecialTokens.read(folder, config, vocab), maxLength(config));
  }

  private static Map<String, Integer> vocab(Path file) {
    JsonObject json = JsonFile.read(file);
    Map<String, Integer> vocab = new HashMap<>();
    Set<Integer> ids = new HashSet<>();
    for (String token : json.keys()) {
      int id = json.integer(token);
      if (id < 0 || id >= json.keys().size()) {
        throw json.error(token, "an id from 0 to " + (json.keys().size() - 1), String.valueOf(id));
      }
      if (!ids.add(id)) {
        throw json.error(token, "an id of its own", id + ", which another token has");
      }
      vocab.put(token, id);
    }
    if (vocab.isEmpty()) {
      throw new FileFormatException(file, "", "at least one token", "none");
    }
    return vocab;
  }

  private static int maxLength(JsonObject config) {
    double length = config.numberOr("model_max_length", DEFAULT_LENGTH);
    if (!(length >= 2)) {
      throw config.error("model_max_length", "at least 2", String.valueOf(length));
    }
    return length > LONGEST ? DEFAULT_LENGTH : (int) length;
  }

  /// Ids of `prompt`: start, tokens, end, padding; what exceeds [#maxLength] is cut off before the
  /// end.
  public Encoding encode(String prompt) {
    List<Integer> tokens = tokens(prompt);
    long[] ids = new long[maxLength];
    Arrays.fill(ids, padId());
    ids[0] = startId();
    int kept = Math.min(tokens.size(), maxLength - 2);
    for (int i = 0; i < kept; i++) {
      ids[i + 1] = tokens.get(i);
    }
    ids[kept + 1] = endId();
    return new Encoding(ids, tokens.size() + 2);
  }

  private List<Integer> tokens(String prompt) {
    List<Integer> out = new ArrayList<>();
    Matcher matcher = specials.matcher(prompt);
    int at = 0;
    while (matcher.find()) {
      addWords(prompt.substring(at, matcher.start()), out);
      out.add(id(matcher.group()));
      at = matcher.end();
    }
    addWords(prompt.substring(at), out);
    return out;
  }

  private void addWords(String text, List<Integer> out) {
    Matcher matcher = words.matcher(BasicText.clean(text));
    while (matcher.find()) {
      out.addAll(word(matcher.group()));
    }
  }

  private List<Integer> word(String word) {
    if (word.equals(special.start()) || word.equals(special.end())) {
      return List.of(id(word));
    }
    List<Integer> known = cache.get(word);
    if (known == null) {
      known = merges.split(ByteAlphabet.letters(word)).stream().map(this::id).toList();
      if (cache.size() < MOST_CACHED_WORDS) {
        cache.put(word, known);
      }
    }
    return known;
  }

  private int id(String token) {
    Integer id = vocab.get(token);
    return id == null ? unknownId() : id;
  }

  private int unknownId() {
    return vocab.getOrDefault(special.unknown(), 0);
  }

  /// Ids that [#encode] gives.
  public int maxLength() {
    return maxLength;
  }

  public int startId() {
    return id(special.start());
  }

  public int endId() {
    return id(special.end());
  }

  public int padId() {
    return id(special.pad());
  }

  public int vocabSize() {
    return vocab.size();
  }
}
