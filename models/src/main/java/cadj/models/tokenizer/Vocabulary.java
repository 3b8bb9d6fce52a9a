package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The tokens that merging can give, by name, and the rules to merge.
///
/// @param file where the ids stand, for messages
/// @param ids of the tokens, 0 to their number
/// @param added what a `tokenizer.json` lists as added tokens, by id; tokens of `ids` among them
record Vocabulary(
    Path file, Map<String, Integer> ids, Merges merges, SortedMap<Integer, AddedToken> added) {

  /// `tokenizer.json` where there is one, else `vocab.json` and `merges.txt`.
  static Vocabulary read(Path folder) {
    Path json = folder.resolve("tokenizer.json");
    if (Files.exists(json)) {
      return TokenizerJson.read(json);
    }
    Path file = VocabularyFile.find(folder, "vocab.json");
    Map<String, Integer> ids = ids(file, VocabularyFile.json(file));
    Merges merges = Merges.read(VocabularyFile.find(folder, "merges.txt"), ids);
    return new Vocabulary(file, ids, merges, new TreeMap<>());
  }

  /// Ids by token, each from 0 to their number once.
  static Map<String, Integer> ids(Path file, JsonObject json) {
    Map<String, Integer> ids = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    for (String token : json.keys()) {
      int id = json.integer(token);
      if (id < 0 || id >= json.keys().size()) {
        throw json.error(token, "an id from 0 to " + (json.keys().size() - 1), String.valueOf(id));
      }
      if (!seen.add(id)) {
        throw json.error(token, "an id of its own", id + ", which another token has");
      }
      ids.put(token, id);
    }
    if (ids.isEmpty()) {
      throw new FileFormatException(file, "", "at least one token", "none");
    }
    return ids;
  }
}
