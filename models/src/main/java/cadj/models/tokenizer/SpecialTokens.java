package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;

/// The tokens that stand for no text: start, end, padding, unknown.
///
/// `special_tokens_map.json` overrides `tokenizer_config.json`; so Stable Diffusion 2 pads with
/// `!`, which thereby is a special token wherever it occurs.
record SpecialTokens(String start, String end, String pad, String unknown) {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  static SpecialTokens read(Path folder, JsonObject config, Map<String, Integer> vocab) {
    Path map = folder.resolve("special_tokens_map.json");
    JsonObject override = Files.exists(map) ? JsonFile.read(map) : config;
    SpecialTokens tokens =
        new SpecialTokens(
            token(override, config, "bos_token", START),
            token(override, config, "eos_token", END),
            token(override, config, "pad_token", END),
            token(override, config, "unk_token", END));
    for (String token : tokens.all()) {
      if (token.isEmpty() || !vocab.containsKey(token)) {
        throw new FileFormatException(
            folder.resolve("vocab.json"),
            FileFormatException.quote(token),
            "an id for this special token",
            "none");
      }
    }
    return tokens;
  }

  private static String token(JsonObject override, JsonObject config, String key, String fallback) {
    JsonObject source = override.has(key) ? override : config;
    if (!source.has(key)) {
      return fallback;
    }
    JsonValue value = source.get(key);
    return value.isObject() ? value.object().string("content") : value.string();
  }

  /// Each once, longer before shorter ones that they begin with.
  SequencedSet<String> all() {
    TreeSet<String> all = new TreeSet<>();
    all.add(start);
    all.add(end);
    all.add(pad);
    all.add(unknown);
    return all.descendingSet();
  }
}
