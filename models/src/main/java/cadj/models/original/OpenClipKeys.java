package cadj.models.original;

import java.util.function.Predicate;

/// The keys of OpenCLIP's text encoder (Stable Diffusion 2, XL's second), whose query, key and
/// value projections are one tensor.
///
/// @param layers of the folder's encoder
/// @param projection whether it has one
record OpenClipKeys(int layers, boolean projection) {
  private static final String[][] LAYER = {
    {"ln_1", "layer_norm1"},
    {"ln_2", "layer_norm2"},
    {"mlp.c_fc", "mlp.fc1"},
    {"mlp.c_proj", "mlp.fc2"},
    {"attn.out_proj", "self_attn.out_proj"}
  };

  /// How many layers a file has, by its keys without prefix.
  static int layersOfFile(Predicate<String> has) {
    return Blocks.count(has, n -> "transformer.resblocks." + n + ".ln_1.weight");
  }

  /// By the keys of a folder.
  static OpenClipKeys ofFolder(Predicate<String> has) {
    return new OpenClipKeys(
        Blocks.count(has, n -> "text_model.encoder.layers." + n + ".layer_norm1.weight"),
        has.test("text_projection.weight"));
  }

  KeyMap map() {
    KeyMap map = new KeyMap();
    map.add("token_embedding.weight", "text_model.embeddings.token_embedding.weight");
    map.add("positional_embedding", "text_model.embeddings.position_embedding.weight");
    map.add("ln_final", "text_model.final_layer_norm");
    if (projection) {
      map.add("text_projection", "text_projection.weight", Form.TRANSPOSED);
    }
    for (int n = 0; n < layers; n++) {
      String file = "transformer.resblocks." + n;
      String folder = "text_model.encoder.layers." + n;
      for (String[] inner : LAYER) {
        map.add(file + "." + inner[0], folder + "." + inner[1]);
      }
      addProjection(map, file, folder, "q_proj", Form.QUERY);
      addProjection(map, file, folder, "k_proj", Form.KEY);
      addProjection(map, file, folder, "v_proj", Form.VALUE);
    }
    return map;
  }

  private static void addProjection(
      KeyMap map, String file, String folder, String name, Form rows) {
    for (String parameter : new String[] {"weight", "bias"}) {
      map.add(
          file + ".attn.in_proj_" + parameter,
          folder + ".self_attn." + name + "." + parameter,
          rows);
    }
  }
}
