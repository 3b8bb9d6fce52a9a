package cadj.models.tokenizer.unigram;

import cadj.models.tokenizer.AddedToken;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// `tokenizer_config.json`, with the defaults of transformers' `T5TokenizerFast` where it is
/// missing or does not say.
record TokenizerConfig(JsonObject json) {
  private static final String ADDED = "added_tokens_decoder";
  private static final String SPECIAL = "additional_special_tokens";
  private static final String PAD = "<pad>";
  private static final String EXTRA = "<extra_id_";
  private static final int EXTRA_IDS = 100;
  private static final int MOST_EXTRA_IDS = 1 << 12;

  static TokenizerConfig read(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    return new TokenizerConfig(
        Files.exists(file)
            ? JsonFile.read(file)
            : JsonFile.parse(file, ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8))));
  }

  /// Whether the SentencePiece model is to be read even if there is a tokenizer.json.
  boolean convertsAnew() {
    return json.has("add_prefix_space");
  }

  /// How a SentencePiece model's texts begin.
  Metaspace.Prefix prefix() {
    if (!json.boolOr("add_prefix_space", true)) {
      return Metaspace.Prefix.NEVER;
    }
    return json.boolOr("legacy", true) ? Metaspace.Prefix.ALWAYS : Metaspace.Prefix.FIRST;
  }

  /// How many tokens `<extra_id_0>`, `<extra_id_1>` … follow a SentencePiece model's pieces.
  int extraIds() {
    int count = json.integerOr("extra_ids", EXTRA_IDS);
    if (count < 0 || count > MOST_EXTRA_IDS) {
      throw json.error(
          "extra_ids", "0 to %d tokens".formatted(MOST_EXTRA_IDS), String.valueOf(count));
    }
    return count;
  }

  /// Adds the tokens that are listed here, and those special ones that are not added yet: end,
  /// unknown, padding, `<extra_id_0>` and so on.
  void addTo(AddedIds added) {
    if (json.has(ADDED)) {
      added.addAll(AddedToken.byId(json.object(ADDED)), json, ADDED);
    }
    added.addMissing(special("eos_token", "</s>"));
    added.addMissing(special("unk_token", "<unk>"));
    added.addMissing(special("pad_token", PAD));
    boolean extra = false;
    if (json.has(SPECIAL)) {
      for (JsonValue value : json.list(SPECIAL)) {
        AddedToken token = token(value);
        extra |= token.content().contains(EXTRA);
        added.addMissing(token);
      }
    }
    for (int i = 0; !extra && i < extraIds(); i++) {
      added.addMissing(AddedToken.special(extraToken(i)));
    }
  }

  static String extraToken(int i) {
    return EXTRA + i + ">";
  }

  private AddedToken special(String key, String name) {
    return json.has(key) ? token(json.get(key)) : AddedToken.special(name);
  }

  int padId(AddedIds added) {
    int id = added.id(special("pad_token", PAD).content());
    if (id < 0) {
      throw json.error("pad_token", "a token with a name", "none");
    }
    return id;
  }

  private static AddedToken token(JsonValue value) {
    return value.isObject()
        ? AddedToken.of(value.object(), true)
        : AddedToken.special(value.string());
  }
}
