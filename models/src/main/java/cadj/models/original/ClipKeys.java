package cadj.models.original;

import java.util.List;
import java.util.function.Predicate;

/// The keys of transformers' CLIP text encoder (Stable Diffusion 1, XL's first, both of 3): the
/// same in file and folder, but for files that lack `text_model.`
///
/// @param prefixed whether the file's keys have it
/// @param projection whether it has one
record ClipKeys(boolean prefixed, boolean projection) {
  private static final String PREFIX = "text_model.";

  /// By the keys of a file, without prefix.
  static ClipKeys ofFile(Predicate<String> has, boolean projection) {
    return new ClipKeys(!has.test("embeddings.token_embedding.weight"), projection);
  }

  KeyMap map() {
    KeyMap map = new KeyMap();
    for (String part : List.of("embeddings", "encoder", "final_layer_norm")) {
      map.add(prefixed ? PREFIX + part : part, PREFIX + part);
    }
    if (projection) {
      map.add("text_projection", "text_projection");
    }
    return map;
  }
}
