package cadj.models.tokenizer.unigram;

import cadj.models.tokenizer.AddedToken;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;

/// The tokens that are found in a text as wholes, and their ids: that of the piece of the same
/// name, else the next after all pieces and the tokens added before.
final class AddedIds {
  private final Pieces pieces;
  private final SequencedMap<String, AddedToken> tokens = new LinkedHashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private int size;

  AddedIds(Pieces pieces) {
    this.pieces = pieces;
    size = pieces.size();
  }

  /// Adds a token, or says anew how one of this name is found; one without a name is none.
  void add(AddedToken token) {
    String name = token.content();
    if (name.isEmpty()) {
      return;
    }
    if (id(name) < 0) {
      ids.put(name, size++);
    }
    tokens.put(name, token);
  }

  /// Adds a token unless one of this name was added.
  void addMissing(AddedToken token) {
    if (!tokens.containsKey(token.content())) {
      add(token);
    }
  }

  /// Adds those that a file lists with the ids that they must have.
  ///
  /// @param key of `json` under which they are listed
  void addAll(SortedMap<Integer, AddedToken> listed, JsonObject json, String key) {
    listed.forEach(
        (said, token) -> {
          add(token);
          int id = id(token.content());
          if (id != said) {
            throw json.error(
                key,
                "%s to have %s"
                    .formatted(
                        FileFormatException.quote(token.content()),
                        id < 0 ? "a name" : "the id %d, which its place gives it".formatted(id)),
                "the id " + said);
          }
        });
  }

  /// The id of a token or piece, −1 if there is none.
  int id(String token) {
    int piece = pieces.id(token);
    return piece >= 0 ? piece : ids.getOrDefault(token, -1);
  }

  Collection<AddedToken> tokens() {
    return Collections.unmodifiableCollection(tokens.values());
  }

  /// Ids are below.
  int size() {
    return size;
  }

  /// What the token or piece `id` is called.
  String name(int id) {
    if (id < pieces.size()) {
      return pieces.text(id);
    }
    return ids.entrySet().stream()
        .filter(entry -> entry.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "token: expected an id below %d, got %d".formatted(size, id)));
  }
}
