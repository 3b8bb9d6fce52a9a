package cadj.models.original;

import java.util.List;
import java.util.function.Predicate;

/// The keys of Stable Diffusion 3's denoiser. In the file each block is two, one of the image and
/// one of the text, whose query, key and value are one tensor.
///
/// The modulations at the end, of `norm_out` and of the last block's text, are shift and scale in
/// the file, and scale and shift in the folder.
///
/// @param blocks how many; of the last one's text only queries, keys and values are used
record SD3Keys(int blocks) {
  private static final String[][] ENDS = {
    {"pos_embed", "pos_embed.pos_embed"},
    {"x_embedder.proj", "pos_embed.proj"},
    {"t_embedder.mlp.0", "time_text_embed.timestep_embedder.linear_1"},
    {"t_embedder.mlp.2", "time_text_embed.timestep_embedder.linear_2"},
    {"y_embedder.mlp.0", "time_text_embed.text_embedder.linear_1"},
    {"y_embedder.mlp.2", "time_text_embed.text_embedder.linear_2"},
    {"context_embedder", "context_embedder"},
    {"final_layer.linear", "proj_out"}
  };

  private static final String[][] IMAGE = {
    {"adaLN_modulation.1", "norm1.linear"},
    {"attn.ln_q", "attn.norm_q"},
    {"attn.ln_k", "attn.norm_k"},
    {"attn.proj", "attn.to_out.0"},
    {"attn2.ln_q", "attn2.norm_q"},
    {"attn2.ln_k", "attn2.norm_k"},
    {"attn2.proj", "attn2.to_out.0"},
    {"mlp.fc1", "ff.net.0.proj"},
    {"mlp.fc2", "ff.net.2"}
  };

  /// Of all blocks but the last.
  private static final String[][] TEXT = {
    {"adaLN_modulation.1", "norm1_context.linear"},
    {"attn.proj", "attn.to_add_out"},
    {"mlp.fc1", "ff_context.net.0.proj"},
    {"mlp.fc2", "ff_context.net.2"}
  };

  /// By the keys of a file, without prefix; two of each block, so that one that lacks either is not
  /// taken for the end.
  static SD3Keys ofFile(Predicate<String> has) {
    return new SD3Keys(
        Blocks.count(
            block -> has.test(block + "attn.qkv.weight") || has.test(block + "mlp.fc1.weight"),
            n -> "joint_blocks." + n + ".x_block."));
  }

  /// By the keys of a folder.
  static SD3Keys ofFolder(Predicate<String> has) {
    return new SD3Keys(
        Blocks.count(
            block -> has.test(block + "attn.to_q.weight") || has.test(block + "ff.net.2.weight"),
            n -> "transformer_blocks." + n + "."));
  }

  KeyMap map() {
    KeyMap map = new KeyMap();
    for (String[] end : ENDS) {
      map.add(end[0], end[1]);
    }
    map.add("final_layer.adaLN_modulation.1", "norm_out.linear", Form.SWAPPED);
    for (int n = 0; n < blocks; n++) {
      String file = "joint_blocks." + n;
      String folder = "transformer_blocks." + n;
      addAll(map, file + ".x_block.", folder + ".", IMAGE);
      addProjections(map, file + ".x_block.attn.qkv", folder + ".attn.to_%s");
      addProjections(map, file + ".x_block.attn2.qkv", folder + ".attn2.to_%s");
      addText(map, file + ".context_block.", folder + ".", n == blocks - 1);
    }
    return map;
  }

  private static void addText(KeyMap map, String file, String folder, boolean last) {
    addProjections(map, file + "attn.qkv", folder + "attn.add_%s_proj");
    map.add(file + "attn.ln_q", folder + "attn.norm_added_q");
    map.add(file + "attn.ln_k", folder + "attn.norm_added_k");
    if (last) {
      map.add(file + "adaLN_modulation.1", folder + "norm1_context.linear", Form.SWAPPED);
    } else {
      addAll(map, file, folder, TEXT);
    }
  }

  private static void addAll(KeyMap map, String file, String folder, String[][] modules) {
    for (String[] module : modules) {
      map.add(file + module[0], folder + module[1]);
    }
  }

  /// @param folder with `%s` for q, k or v
  private static void addProjections(KeyMap map, String file, String folder) {
    List<String> letters = List.of("q", "k", "v");
    for (String parameter : List.of(".weight", ".bias")) {
      for (int i = 0; i < letters.size(); i++) {
        map.add(
            file + parameter, folder.formatted(letters.get(i)) + parameter, Form.STACKED.get(i));
      }
    }
  }
}
