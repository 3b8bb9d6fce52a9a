package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.SortedMap;
import java.util.TreeMap;

/// A token that is found in a text as a whole, before the text is cut into words: start, end and
/// padding, and what was added to the vocabulary later.
///
/// @param content what it is called
/// @param normalized whether it is looked for in the normalized text, in lower case, instead of in
///   the text as it was given
/// @param lstrip whether spaces before it belong to it
/// @param rstrip whether spaces after it belong to it
/// @param singleWord whether it counts between words only, not within one
public record AddedToken(
    String content, boolean normalized, boolean lstrip, boolean rstrip, boolean singleWord) {
  /// One of which only the name is said, as transformers takes a special token that is a string.
  public static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false);
  }

  /// One that textual inversion adds: found in any case.
  static AddedToken embedding(String content) {
    return new AddedToken(content, true, false, false, false);
  }

  /// @param special whether it is one where the object does not say so
  public static AddedToken of(JsonObject json, boolean special) {
    return new AddedToken(
        json.string("content"),
        json.boolOr("normalized", !json.boolOr("special", special)),
        json.boolOr("lstrip", false),
        json.boolOr("rstrip", false),
        json.boolOr("single_word", false));
  }

  /// The value of the key `added_tokens_decoder` of a tokenizer_config.json.
  public static SortedMap<Integer, AddedToken> byId(JsonObject json) {
    SortedMap<Integer, AddedToken> added = new TreeMap<>();
    for (String id : json.keys()) {
      if (!id.matches("[0-9]{1,9}")) {
        throw json.error(id, "an id as key", FileFormatException.quote(id));
      }
      added.put(Integer.parseInt(id), of(json.object(id), false));
    }
    return added;
  }

  /// The list `added_tokens` of a tokenizer.json, none if it has no such key.
  public static SortedMap<Integer, AddedToken> listed(JsonObject json) {
    SortedMap<Integer, AddedToken> added = new TreeMap<>();
    if (json.has("added_tokens")) {
      for (JsonObject token : json.list("added_tokens").objects()) {
        if (added.put(token.integer("id"), of(token, false)) != null) {
          throw token.error("id", "an id of its own", token.integer("id") + " again");
        }
      }
    }
    return added;
  }
}
