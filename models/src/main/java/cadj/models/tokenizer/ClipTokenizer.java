package cadj.models.tokenizer;

import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

/// CLIP's byte-pair encoding, equal to `CLIPTokenizer` of transformers 5, or to OpenAI's own
/// ([Cleaning]).
///
/// Added tokens are cut out first ([AddedTokens]); the rest is cleaned, cut into words, each word's
/// bytes written as letters ([ByteAlphabet]) and merged ([Merges]).
public final class ClipTokenizer {
  /// Positions of every published text encoder; a larger `model_max_length` means "not said".
  private static final int DEFAULT_LENGTH = 77;

  private static final int LONGEST = 1 << 16;
  private static final int MOST_CACHED_WORDS = 10_000;

  private final Vocabulary vocabulary;
  private final SpecialTokens special;
  private final SequencedMap<String, List<Integer>> embeddings;
  private final Cleaning cleaning;
  private final int maxLength;
  private final Map<String, Integer> addedIds = new HashMap<>();
  private final AddedTokens added;
  private final Map<String, List<Integer>> cache = new HashMap<>();

  private ClipTokenizer(
      Vocabulary vocabulary,
      SpecialTokens special,
      SequencedMap<String, List<Integer>> embeddings,
      Cleaning cleaning,
      int maxLength) {
    this.vocabulary = vocabulary;
    this.special = special;
    this.embeddings = embeddings;
    this.cleaning = cleaning;
    this.maxLength = maxLength;
    List<AddedToken> tokens = new ArrayList<>();
    special
        .tokens()
        .forEach(
            (token, id) -> {
              addedIds.put(token.content(), id);
              if (cleaning.findsSpecials() || id >= vocabulary.ids().size()) {
                tokens.add(token);
              }
            });
    embeddings.forEach(
        (token, ids) -> {
          addedIds.put(token, ids.getFirst());
          tokens.add(AddedToken.embedding(token));
        });
    added = new AddedTokens(tokens, Normalization::of);
  }

  /// Reads a folder for transformers' way of cleaning.
  public static ClipTokenizer load(Path folder) {
    return load(folder, Cleaning.TRANSFORMERS);
  }

  /// Reads `tokenizer.json`, or `vocab.json` and `merges.txt`; and, where they are,
  /// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json`.
  public static ClipTokenizer load(Path folder, Cleaning cleaning) {
    Vocabulary vocabulary = Vocabulary.read(folder);
    Path file = folder.resolve("tokenizer_config.json");
    JsonObject config =
        Files.exists(file) || !Files.exists(folder.resolve("tokenizer.json"))
            ? JsonFile.read(file)
            : JsonFile.parse(file, ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)));
    SpecialTokens special = SpecialTokens.read(folder, config, vocabulary);
    return new ClipTokenizer(
        vocabulary, special, new LinkedHashMap<>(), cleaning, maxLength(config));
  }

  private static int maxLength(JsonObject config) {
    double length = config.numberOr("model_max_length", DEFAULT_LENGTH);
    if (!(length >= 2)) {
      throw config.error("model_max_length", "at least 2", String.valueOf(length));
    }
    return length > LONGEST ? DEFAULT_LENGTH : (int) length;
  }

  /// The same, knowing a word of textual inversion: it stands for `count` tokens, whose ids follow
  /// those there are, and of which all but the first are called `word_1`, `word_2` by themselves.
  public ClipTokenizer withEmbedding(String word, int count) {
    SequencedMap<String, List<Integer>> all = new LinkedHashMap<>(embeddings);
    int first = vocabSize();
    all.put(word, IntStream.range(first, first + count).boxed().toList());
    for (int i = 1; i < count; i++) {
      all.put(word + "_" + i, List.of(first + i));
    }
    return new ClipTokenizer(vocabulary, special, all, cleaning, maxLength);
  }

  /// Whether there is a token of this name.
  public boolean knows(String token) {
    return vocabulary.ids().containsKey(token) || addedIds.containsKey(token);
  }

  /// Ids of `prompt`: start, tokens, end, padding; what exceeds [#maxLength] is cut off before the
  /// end.
  public Encoding encode(String prompt) {
    List<Integer> tokens = tokens(prompt);
    int kept = Math.min(tokens.size(), maxLength - 2);
    return new Encoding(
        framed(tokens.subList(0, kept), maxLength),
        tokens.size() + 2,
        decode(tokens.subList(kept, tokens.size())));
  }

  /// Start, `tokens`, end, and padding up to `length`.
  public long[] framed(List<Integer> tokens, int length) {
    long[] ids = new long[length];
    Arrays.fill(ids, padId());
    ids[0] = startId();
    for (int i = 0; i < tokens.size(); i++) {
      ids[i + 1] = tokens.get(i);
    }
    ids[tokens.size() + 1] = endId();
    return ids;
  }

  /// All ids of a text, without start and end.
  public List<Integer> tokens(String text) {
    return words(text).stream().flatMap(List::stream).toList();
  }

  /// The same ids word by word: what the byte-pair encoding cannot merge across, such as a run of
  /// letters, a digit, a run of signs, or an added token.
  public List<List<Integer>> words(String text) {
    List<List<Integer>> out = new ArrayList<>();
    for (AddedTokens.Piece piece : added.splitRaw(text)) {
      if (piece.token() != null) {
        addToken(piece.token(), out);
      } else {
        addText(piece.text(), out);
      }
    }
    return out;
  }

  private void addText(String text, List<List<Integer>> out) {
    String cleaned = cleaning == Cleaning.OPENAI ? OpenAiText.of(text) : Normalization.of(text);
    for (AddedTokens.Piece piece : added.splitNormalized(cleaned)) {
      if (piece.token() != null) {
        addToken(piece.token(), out);
      } else if (cleaning == Cleaning.OPENAI) {
        addOpenAiWords(piece.text(), out);
      } else {
        addWords(piece.text(), out);
      }
    }
  }

  private void addToken(AddedToken token, List<List<Integer>> out) {
    List<Integer> vectors = embeddings.get(token.content());
    if (vectors != null) {
      out.add(vectors);
    } else {
      out.add(List.of(addedIds.getOrDefault(token.content(), unknownId())));
    }
  }

  /// A special's spelling that was not found as one falls into signs and letters: the library
  /// tokenizers cuts again, by GPT-2's pattern, and of CLIP's words only these have both.
  private void addWords(String text, List<List<Integer>> out) {
    Matcher matcher = Words.TRANSFORMERS.matcher(text);
    while (matcher.find()) {
      String word = matcher.group();
      if (matcher.group(Words.SPECIAL) == null) {
        out.add(word(word));
      } else {
        out.add(word("<|"));
        out.add(word(word.substring(2, word.length() - 2)));
        out.add(word("|>"));
      }
    }
  }

  /// Here the specials' spellings are the specials, in any case, wherever they come from.
  private void addOpenAiWords(String text, List<List<Integer>> out) {
    Matcher matcher = Words.OPENAI.matcher(text);
    while (matcher.find()) {
      String word = matcher.group();
      if (matcher.group(Words.SPECIAL) == null) {
        out.add(word(word));
      } else {
        out.add(List.of(id(word)));
      }
    }
  }

  private List<Integer> word(String word) {
    List<Integer> known = cache.get(word);
    if (known == null) {
      known = vocabulary.merges().split(ByteAlphabet.letters(word)).stream().map(this::id).toList();
      if (cache.size() < MOST_CACHED_WORDS) {
        cache.put(word, known);
      }
    }
    return known;
  }

  /// The text that `ids` stand for, a space after each word.
  public String decode(List<Integer> ids) {
    if (ids.isEmpty()) {
      return "";
    }
    Map<Integer, String> names = new HashMap<>();
    vocabulary.ids().forEach((name, id) -> names.put(id, name));
    addedIds.forEach((name, id) -> names.put(id, name));
    List<String> tokens = ids.stream().map(id -> names.getOrDefault(id, "")).toList();
    return ByteAlphabet.text(tokens).replace("</w>", " ").strip();
  }

  private int id(String token) {
    Integer id = vocabulary.ids().get(token);
    return id == null ? unknownId() : id;
  }

  private int specialId(String token) {
    return addedIds.getOrDefault(token, 0);
  }

  private int unknownId() {
    return specialId(special.unknown());
  }

  /// Ids that [#encode] gives.
  public int maxLength() {
    return maxLength;
  }

  public int startId() {
    return specialId(special.start());
  }

  public int endId() {
    return specialId(special.end());
  }

  public int padId() {
    return specialId(special.pad());
  }

  /// Tokens of the vocabulary and those added to it: ids are below.
  public int vocabSize() {
    int size = vocabulary.ids().size();
    for (int id : addedIds.values()) {
      size = Math.max(size, id + 1);
    }
    for (List<Integer> ids : embeddings.values()) {
      size = Math.max(size, ids.getLast() + 1);
    }
    return size;
  }
}
