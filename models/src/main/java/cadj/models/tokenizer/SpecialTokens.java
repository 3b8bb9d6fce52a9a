package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// The tokens that are found in a text as wholes, and which of them stand for start, end, padding
/// and what is unknown.
///
/// `special_tokens_map.json` overrides `tokenizer_config.json`; so Stable Diffusion 2 pads with
/// `!`, which thereby is a special token wherever it occurs. Where a token is named more than once,
/// the last of start, end, unknown, padding says how it is found: a plain string in the text as
/// given, an object by its key `normalized`.
///
/// @param tokens all of them by name, with their ids
record SpecialTokens(
    String start,
    String end,
    String pad,
    String unknown,
    SequencedMap<AddedToken, Integer> tokens) {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  static SpecialTokens read(Path folder, JsonObject config, Vocabulary vocabulary) {
    boolean saidByConfig = config.has("added_tokens_decoder");
    SortedMap<Integer, AddedToken> added =
        saidByConfig
            ? AddedToken.byId(config.object("added_tokens_decoder"))
            : legacy(folder, vocabulary);
    Path map = folder.resolve("special_tokens_map.json");
    JsonObject override = !saidByConfig && Files.exists(map) ? JsonFile.read(map) : config;
    SequencedMap<String, AddedToken> byName = new LinkedHashMap<>();
    added.values().forEach(token -> byName.put(token.content(), token));
    Map<String, AddedToken> known = Map.copyOf(byName);
    Named named = new Named(override, config, known, byName);
    String start = named.token("bos_token", START);
    String end = named.token("eos_token", END);
    String unknown = named.token("unk_token", END);
    String pad = named.token("pad_token", END);
    return new SpecialTokens(start, end, pad, unknown, ids(vocabulary, added, byName));
  }

  /// `added_tokens.json`, tokens with their ids, and those that tokenizer.json lists.
  private static SortedMap<Integer, AddedToken> legacy(Path folder, Vocabulary vocabulary) {
    SortedMap<Integer, AddedToken> added = new TreeMap<>();
    Path file = folder.resolve("added_tokens.json");
    if (Files.exists(file)) {
      JsonObject json = JsonFile.read(file);
      for (String token : json.keys()) {
        added.put(json.integer(token), AddedToken.embedding(token));
      }
    }
    added.putAll(vocabulary.added());
    return added;
  }

  /// A token of the vocabulary has its id there; others must follow the vocabulary without a gap,
  /// which is how they were numbered.
  private static SequencedMap<AddedToken, Integer> ids(
      Vocabulary vocabulary,
      SortedMap<Integer, AddedToken> added,
      SequencedMap<String, AddedToken> byName) {
    Map<String, Integer> given = new LinkedHashMap<>();
    added.forEach((id, token) -> given.put(token.content(), id));
    SequencedMap<AddedToken, Integer> ids = new LinkedHashMap<>();
    int next = vocabulary.ids().size();
    for (AddedToken token : byName.values()) {
      String name = token.content();
      Integer id = name.isEmpty() ? null : vocabulary.ids().get(name);
      Integer said = given.get(name);
      if (id == null && !name.isEmpty() && said != null) {
        id = next++;
      }
      if (id == null) {
        throw new FileFormatException(
            vocabulary.file(),
            FileFormatException.quote(name),
            "an id for this special token",
            "none");
      }
      if (said != null && !said.equals(id)) {
        throw new FileFormatException(
            vocabulary.file(),
            FileFormatException.quote(name),
            "the id %d, which its place gives it".formatted(id),
            "added with the id " + said);
      }
      ids.put(token, id);
    }
    return ids;
  }

  /// Start, end and so on: each becomes one of `byName`.
  private record Named(
      JsonObject override,
      JsonObject config,
      Map<String, AddedToken> known,
      Map<String, AddedToken> byName) {
    String token(String key, String fallback) {
      AddedToken token = read(key, fallback);
      token = known.getOrDefault(token.content(), token);
      byName.put(token.content(), token);
      return token.content();
    }

    private AddedToken read(String key, String fallback) {
      JsonObject source = override.has(key) ? override : config;
      if (!source.has(key)) {
        return AddedToken.special(fallback);
      }
      JsonValue value = source.get(key);
      return value.isObject()
          ? AddedToken.of(value.object(), source == override && override != config)
          : AddedToken.special(value.string());
    }
  }

  List<AddedToken> all() {
    return List.copyOf(tokens.keySet());
  }
}
