package cadj.models.original;

import java.util.List;
import java.util.function.Predicate;

/// The autoencoder's keys: nearly alike, but the file's decoder numbers levels from the output.
///
/// ```
/// decoder.up.(B−1−b)    decoder.up_blocks.b, of B levels
/// ```
///
/// @param levels B
/// @param layers resnets per level of the encoder; the decoder has one more
record VaeKeys(int levels, int layers) {
  private static final List<String> ALIKE = List.of("norm1", "conv1", "norm2", "conv2");

  /// By the keys of a file, without prefix.
  static VaeKeys ofFile(Predicate<String> has) {
    return new VaeKeys(
        Blocks.count(has, b -> "encoder.down." + b + ".block.0.conv1.weight"),
        Blocks.count(has, j -> "encoder.down.0.block." + j + ".conv1.weight"));
  }

  /// By the keys of a folder.
  static VaeKeys ofFolder(Predicate<String> has) {
    return new VaeKeys(
        Blocks.count(has, b -> "encoder.down_blocks." + b + ".resnets.0.conv1.weight"),
        Blocks.count(has, j -> "encoder.down_blocks.0.resnets." + j + ".conv1.weight"));
  }

  KeyMap map() {
    KeyMap map = new KeyMap().add("quant_conv", "quant_conv");
    map.add("post_quant_conv", "post_quant_conv");
    for (String side : List.of("encoder.", "decoder.")) {
      map.add(side + "conv_in", side + "conv_in");
      map.add(side + "norm_out", side + "conv_norm_out");
      map.add(side + "conv_out", side + "conv_out");
      addResnet(map, side + "mid.block_1", side + "mid_block.resnets.0");
      addAttention(map, side + "mid.attn_1", side + "mid_block.attentions.0");
      addResnet(map, side + "mid.block_2", side + "mid_block.resnets.1");
    }
    for (int b = 0; b < levels; b++) {
      String down = "encoder.down." + b;
      String up = "decoder.up." + (levels - 1 - b);
      for (int j = 0; j <= layers; j++) {
        if (j < layers) {
          addResnet(map, down + ".block." + j, "encoder.down_blocks." + b + ".resnets." + j);
        }
        addResnet(map, up + ".block." + j, "decoder.up_blocks." + b + ".resnets." + j);
      }
      if (b < levels - 1) {
        map.add(down + ".downsample.conv", "encoder.down_blocks." + b + ".downsamplers.0.conv");
        map.add(up + ".upsample.conv", "decoder.up_blocks." + b + ".upsamplers.0.conv");
      }
    }
    return map;
  }

  private static void addResnet(KeyMap map, String file, String folder) {
    for (String name : ALIKE) {
      map.add(file + "." + name, folder + "." + name);
    }
    map.add(file + ".nin_shortcut", folder + ".conv_shortcut");
  }

  private static void addAttention(KeyMap map, String file, String folder) {
    map.add(file + ".norm", folder + ".group_norm");
    addLinear(map, file + ".q", folder + ".to_q");
    addLinear(map, file + ".k", folder + ".to_k");
    addLinear(map, file + ".v", folder + ".to_v");
    addLinear(map, file + ".proj_out", folder + ".to_out.0");
  }

  private static void addLinear(KeyMap map, String file, String folder) {
    map.add(file + ".weight", folder + ".weight", Form.POINTWISE);
    map.add(file + ".bias", folder + ".bias");
  }
}
