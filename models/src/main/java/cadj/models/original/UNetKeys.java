package cadj.models.original;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The denoiser's keys: the file numbers blocks from the input to the output, a folder groups them
/// by resolution.
///
/// ```
/// input_blocks.i,  i = b(L+1) + j + 1     down_blocks.b, layer j of L, then the downsampler
/// output_blocks.i, i = b(L+1) + j         up_blocks.b,   layer j of L + 1
/// ```
///
/// In a block, 0 is the resnet, 1 the transformer, and the next the upsampler.
///
/// @param layers L
/// @param down per down block, whether it has transformers
/// @param up the same for up blocks
record UNetKeys(int layers, List<Boolean> down, List<Boolean> up) {
  /// In a resnet.
  private static final String[][] RESNET = {
    {"in_layers.0", "norm1"},
    {"in_layers.2", "conv1"},
    {"emb_layers.1", "time_emb_proj"},
    {"out_layers.0", "norm2"},
    {"out_layers.3", "conv2"},
    {"skip_connection", "conv_shortcut"}
  };

  private static final String[][] ENDS = {
    {"time_embed.0", "time_embedding.linear_1"},
    {"time_embed.2", "time_embedding.linear_2"},
    {"label_emb.0.0", "add_embedding.linear_1"},
    {"label_emb.0.2", "add_embedding.linear_2"},
    {"input_blocks.0.0", "conv_in"},
    {"out.0", "conv_norm_out"},
    {"out.2", "conv_out"}
  };

  /// By the keys of a file, without prefix.
  static UNetKeys ofFile(Predicate<String> has) {
    int inputs = Blocks.count(has, i -> "input_blocks." + (i + 1) + ".0.in_layers.0.weight");
    // the first block after a level's layers is its downsampler
    int layers = inputs;
    int levels =
        Blocks.count(has, b -> "input_blocks." + (b + 1) * (layers + 1) + ".0.op.weight") + 1;
    List<Boolean> down = new ArrayList<>();
    List<Boolean> up = new ArrayList<>();
    for (int b = 0; b < levels; b++) {
      int first = b * (layers + 1);
      down.add(has.test("input_blocks." + (first + 1) + ".1.proj_in.weight"));
      up.add(has.test("output_blocks." + first + ".1.proj_in.weight"));
    }
    return new UNetKeys(layers, List.copyOf(down), List.copyOf(up));
  }

  /// By the keys of a folder.
  static UNetKeys ofFolder(Predicate<String> has) {
    int levels = Blocks.count(has, b -> "down_blocks." + b + ".resnets.0.conv1.weight");
    int layers = Blocks.count(has, j -> "down_blocks.0.resnets." + j + ".conv1.weight");
    List<Boolean> down = new ArrayList<>();
    List<Boolean> up = new ArrayList<>();
    for (int b = 0; b < levels; b++) {
      down.add(has.test("down_blocks." + b + ".attentions.0.proj_in.weight"));
      up.add(has.test("up_blocks." + b + ".attentions.0.proj_in.weight"));
    }
    return new UNetKeys(layers, List.copyOf(down), List.copyOf(up));
  }

  int levels() {
    return down.size();
  }

  KeyMap map() {
    KeyMap map = new KeyMap();
    for (String[] end : ENDS) {
      map.add(end[0], end[1]);
    }
    for (int b = 0; b < levels(); b++) {
      addDown(map, b);
      addUp(map, b);
    }
    addResnet(map, "middle_block.0", "mid_block.resnets.0");
    map.add("middle_block.1", "mid_block.attentions.0");
    addResnet(map, "middle_block.2", "mid_block.resnets.1");
    return map;
  }

  private void addDown(KeyMap map, int b) {
    for (int j = 0; j < layers; j++) {
      String file = "input_blocks." + (b * (layers + 1) + j + 1);
      addResnet(map, file + ".0", "down_blocks." + b + ".resnets." + j);
      if (down.get(b)) {
        map.add(file + ".1", "down_blocks." + b + ".attentions." + j);
      }
    }
    if (b < levels() - 1) {
      map.add(
          "input_blocks." + (b + 1) * (layers + 1) + ".0.op",
          "down_blocks." + b + ".downsamplers.0.conv");
    }
  }

  private void addUp(KeyMap map, int b) {
    for (int j = 0; j <= layers; j++) {
      String file = "output_blocks." + (b * (layers + 1) + j);
      addResnet(map, file + ".0", "up_blocks." + b + ".resnets." + j);
      if (up.get(b)) {
        map.add(file + ".1", "up_blocks." + b + ".attentions." + j);
      }
    }
    if (b < levels() - 1) {
      map.add(
          "output_blocks." + (b * (layers + 1) + layers) + (up.get(b) ? ".2.conv" : ".1.conv"),
          "up_blocks." + b + ".upsamplers.0.conv");
    }
  }

  private static void addResnet(KeyMap map, String file, String folder) {
    for (String[] inner : RESNET) {
      map.add(file + "." + inner[0], folder + "." + inner[1]);
    }
  }
}
