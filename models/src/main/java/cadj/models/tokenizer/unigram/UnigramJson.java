package cadj.models.tokenizer.unigram;

import static cadj.models.tokenizer.JsonForm.require;
import static cadj.models.tokenizer.JsonForm.requireType;
import static cadj.models.tokenizer.JsonForm.requireTypes;

import cadj.models.tokenizer.AddedToken;
import cadj.models.tokenizer.JsonForm;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/// Reads `tokenizer.json`, the one file in which the library tokenizers keeps everything.
///
/// What it does to a text must be what T5's does: another normalizer, way to cut words or model is
/// refused by name. Truncation and padding are the pipeline's, whatever the file says.
final class UnigramJson {
  private UnigramJson() {}

  static UnigramFile read(Path file) {
    JsonObject json = JsonFile.read(file);
    UnigramNormalizer normalizer = normalizer(json);
    Metaspace metaspace = metaspace(json);
    JsonObject model = json.object("model");
    Pieces pieces = pieces(model);
    AddedIds added = new AddedIds(pieces);
    added.addAll(AddedToken.listed(json), json, "added_tokens");
    return new UnigramFile(
        pieces, unknownId(model, pieces), endId(json, added), normalizer, metaspace, added);
  }

  /// None, the charsmap, or what transformers makes of a SentencePiece model: with or without a
  /// charsmap before spaces are joined.
  private static UnigramNormalizer normalizer(JsonObject json) {
    if (!json.has("normalizer")) {
      return new UnigramNormalizer(null, false);
    }
    JsonObject normalizer = json.object("normalizer");
    if (normalizer.string("type").equals("Precompiled")) {
      return new UnigramNormalizer(charsmap(normalizer), false);
    }
    requireType(normalizer, "Sequence");
    List<JsonObject> steps = normalizer.list("normalizers").objects();
    List<String> types = JsonForm.types(steps);
    boolean mapped = !types.isEmpty() && types.getFirst().equals("Precompiled");
    requireTypes(
        normalizer,
        "normalizers",
        steps,
        mapped ? List.of("Precompiled", "Strip", "Replace") : List.of("Strip", "Replace"));
    JsonObject strip = steps.get(steps.size() - 2);
    require(strip, "strip_left", false);
    require(strip, "strip_right", true);
    JsonObject replace = steps.getLast();
    require(replace.object("pattern"), "Regex", " {2,}");
    require(replace, "content", String.valueOf(Metaspace.MARK));
    return new UnigramNormalizer(mapped ? charsmap(steps.getFirst()) : null, true);
  }

  private static Charsmap charsmap(JsonObject json) {
    String key = "precompiled_charsmap";
    byte[] content;
    try {
      content = Base64.getDecoder().decode(json.string(key));
    } catch (IllegalArgumentException e) {
      throw json.error(key, "base64", FileFormatException.quote(json.string(key)));
    }
    return Charsmap.read(content, (expected, found) -> json.error(key, expected, found));
  }

  /// Metaspace, or, as in T5's first files, white space and then that.
  private static Metaspace metaspace(JsonObject json) {
    JsonObject cut = json.object("pre_tokenizer");
    if (cut.string("type").equals("Metaspace")) {
      return new Metaspace(prefix(cut), false);
    }
    requireType(cut, "Sequence");
    List<JsonObject> steps = cut.list("pretokenizers").objects();
    requireTypes(cut, "pretokenizers", steps, List.of("WhitespaceSplit", "Metaspace"));
    JsonObject metaspace = steps.getLast();
    if (prefix(metaspace) != Metaspace.Prefix.ALWAYS) {
      require(metaspace, "prepend_scheme", "always");
    }
    return new Metaspace(Metaspace.Prefix.ALWAYS, true);
  }

  private static Metaspace.Prefix prefix(JsonObject metaspace) {
    require(metaspace, "replacement", String.valueOf(Metaspace.MARK));
    if (metaspace.has("split")) {
      require(metaspace, "split", true);
    }
    String scheme = metaspace.stringOr("prepend_scheme", "always");
    if (!scheme.equals("never") && metaspace.has("add_prefix_space")) {
      require(metaspace, "add_prefix_space", true);
    }
    return switch (scheme) {
      case "always" -> Metaspace.Prefix.ALWAYS;
      case "first" -> Metaspace.Prefix.FIRST;
      case "never" -> Metaspace.Prefix.NEVER;
      default ->
          throw metaspace.error(
              "prepend_scheme", "always, first or never", FileFormatException.quote(scheme));
    };
  }

  private static Pieces pieces(JsonObject model) {
    requireType(model, "Unigram");
    if (model.has("byte_fallback")) {
      require(model, "byte_fallback", false);
    }
    Pieces.Builder pieces = new Pieces.Builder();
    JsonList vocab = model.list("vocab");
    for (int i = 0; i < vocab.size(); i++) {
      JsonList piece = vocab.get(i).list();
      if (piece.size() != 2) {
        throw piece.error("a piece and its score", "a list of " + piece.size());
      }
      pieces.add(piece.get(0).string(), piece.get(1).number(), piece::error);
    }
    return pieces.build();
  }

  private static int unknownId(JsonObject model, Pieces pieces) {
    int id = model.integer("unk_id");
    if (id < 0 || id >= pieces.size()) {
      throw model.error(
          "unk_id", "the id of one of %d pieces".formatted(pieces.size()), String.valueOf(id));
    }
    return id;
  }

  /// The token that the template puts after a text.
  private static int endId(JsonObject json, AddedIds added) {
    JsonObject template = json.object("post_processor");
    requireType(template, "TemplateProcessing");
    List<JsonObject> parts = template.list("single").objects();
    if (parts.size() != 2
        || !parts.getFirst().has("Sequence")
        || !parts.getLast().has("SpecialToken")) {
      throw template.error("single", "a Sequence and a SpecialToken", parts.size() + " others");
    }
    String end = parts.getLast().object("SpecialToken").string("id");
    JsonObject special = template.object("special_tokens").object(end);
    int[] ids = special.intList("ids");
    int id = added.id(end);
    if (ids.length != 1 || id < 0 || ids[0] != id) {
      throw special.error(
          "ids",
          id < 0
              ? "a token %s of the vocabulary".formatted(FileFormatException.quote(end))
              : "%d, the id of %s".formatted(id, FileFormatException.quote(end)),
          ids.length == 1 ? String.valueOf(ids[0]) : "%d ids".formatted(ids.length));
    }
    return id;
  }
}
