package cadj.models.tokenizer;

import cadj.tensor.json.JsonObject;

/// A token that is found in a text as a whole, before the text is cut into words: start, end and
/// padding, and what was added to the vocabulary later.
///
/// @param content what it is called
/// @param normalized whether it is looked for in the normalized text, in lower case, instead of in
///   the text as it was given
/// @param lstrip whether spaces before it belong to it
/// @param rstrip whether spaces after it belong to it
/// @param singleWord whether it counts between words only, not within one
record AddedToken(
    String content, boolean normalized, boolean lstrip, boolean rstrip, boolean singleWord) {
  /// One of which only the name is said, as transformers takes a special token that is a string.
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false);
  }

  /// One that textual inversion adds: found in any case.
  static AddedToken embedding(String content) {
    return new AddedToken(content, true, false, false, false);
  }

  /// @param special whether it is one where the object does not say so
  static AddedToken of(JsonObject json, boolean special) {
    return new AddedToken(
        json.string("content"),
        json.boolOr("normalized", !json.boolOr("special", special)),
        json.boolOr("lstrip", false),
        json.boolOr("rstrip", false),
        json.boolOr("single_word", false));
  }

  /// What stands in the text where it is found.
  String spelling() {
    return normalized ? Normalization.of(content) : content;
  }
}
