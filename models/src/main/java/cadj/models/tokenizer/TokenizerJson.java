package cadj.models.tokenizer;

import static cadj.models.tokenizer.JsonForm.require;
import static cadj.models.tokenizer.JsonForm.requireType;
import static cadj.models.tokenizer.JsonForm.requireTypes;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Reads `tokenizer.json`, the one file in which the library tokenizers keeps everything.
///
/// What it does to a text must be what CLIP's does: another normalizer, way to cut words or model
/// is refused by name. Truncation and padding are the pipeline's, whatever the file says.
final class TokenizerJson {
  private static final String WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

  /// With the specials before them, as transformers 5 writes, and without.
  private static final List<String> PATTERNS =
      List.of("<\\|startoftext\\|>|<\\|endoftext\\|>|" + WORDS, WORDS);

  private TokenizerJson() {}

  static Vocabulary read(Path file) {
    JsonObject json = JsonFile.read(file);
    requireNormalizer(json);
    requirePreTokenizer(json);
    requirePostProcessor(json);
    JsonObject model = json.object("model");
    requireModel(model);
    Map<String, Integer> ids = Vocabulary.ids(file, model.object("vocab"));
    return new Vocabulary(file, ids, Merges.of(model, ids), AddedToken.listed(json));
  }

  private static void requireNormalizer(JsonObject json) {
    JsonObject normalizer = json.object("normalizer");
    requireType(normalizer, "Sequence");
    List<JsonObject> steps = normalizer.list("normalizers").objects();
    requireTypes(normalizer, "normalizers", steps, List.of("NFC", "Replace", "Lowercase"));
    JsonObject replace = steps.get(1);
    require(replace.object("pattern"), "Regex", "\\s+");
    require(replace, "content", " ");
  }

  private static void requirePreTokenizer(JsonObject json) {
    JsonObject cut = json.object("pre_tokenizer");
    requireType(cut, "Sequence");
    List<JsonObject> steps = cut.list("pretokenizers").objects();
    requireTypes(cut, "pretokenizers", steps, List.of("Split", "ByteLevel"));
    JsonObject split = steps.get(0);
    JsonObject pattern = split.object("pattern");
    if (!PATTERNS.contains(pattern.string("Regex"))) {
      throw pattern.error(
          "Regex", "CLIP's pattern, " + WORDS, FileFormatException.quote(pattern.string("Regex")));
    }
    require(split, "behavior", "Removed");
    require(split, "invert", true);
    require(steps.get(1), "add_prefix_space", false);
    if (steps.get(1).has("use_regex")) {
      require(steps.get(1), "use_regex", true);
    }
  }

  /// Start before, end after.
  private static void requirePostProcessor(JsonObject json) {
    requireType(json.object("post_processor"), "RobertaProcessing");
  }

  private static void requireModel(JsonObject model) {
    if (model.has("type")) {
      requireType(model, "BPE");
    }
    require(model, "end_of_word_suffix", "</w>");
    if (!model.stringOr("continuing_subword_prefix", "").isEmpty()) {
      require(model, "continuing_subword_prefix", "");
    }
    if (model.has("dropout") && model.number("dropout") != 0) {
      throw model.error("dropout", "none", String.valueOf(model.number("dropout")));
    }
    for (String key : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      if (model.boolOr(key, false)) {
        throw model.error(key, "false", "true");
      }
    }
  }
}
