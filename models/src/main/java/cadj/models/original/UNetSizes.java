package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What a denoiser's tensors say of `unet/config.json`.
final class UNetSizes {
  private static final String MID = "mid_block.attentions.0.";
  private static final String TEXT_WIDTH = MID + "transformer_blocks.0.attn2.to_k.weight";

  private UNetSizes() {}

  static Map<String, Object> of(Family family, Checkpoint unet) {
    Predicate<String> has = unet::contains;
    UNetKeys keys = UNetKeys.ofFolder(has);
    int textWidth = Sizes.of(unet, TEXT_WIDTH, 1);
    if (textWidth != family.textWidth()) {
      throw Sizes.unpublished(
          unet,
          TEXT_WIDTH,
          "%d, the text width of %s".formatted(family.textWidth(), family.title()),
          textWidth);
    }
    List<Integer> channels = new ArrayList<>();
    List<Integer> heads = new ArrayList<>();
    List<Integer> depths = new ArrayList<>();
    for (int b = 0; b < keys.levels(); b++) {
      String resnet = "down_blocks." + b + ".resnets.0.conv1.weight";
      boolean last = b == keys.levels() - 1;
      channels.add(Sizes.of(unet, resnet, 0));
      heads.add(family == Family.SD1 ? 8 : Sizes.heads(unet, resnet, 0));
      depths.add(
          keys.down().get(b)
              ? depth(has, "down_blocks." + b + ".attentions.0.")
              : last ? depth(has, MID) : 1);
    }
    SequencedMap<String, Object> out = new TreeMap<>();
    out.put("block_out_channels", channels);
    out.put("attention_head_dim", oneOrAll(heads));
    out.put("transformer_layers_per_block", oneOrAll(depths));
    out.put("down_block_types", types(keys.down(), "DownBlock2D"));
    out.put("up_block_types", types(keys.up(), "UpBlock2D"));
    out.put("layers_per_block", keys.layers());
    out.put("cross_attention_dim", textWidth);
    out.put("use_linear_projection", unet.dims(MID + "proj_in.weight").size() == 2);
    out.put("in_channels", Sizes.of(unet, "conv_in.weight", 1));
    out.put("out_channels", Sizes.of(unet, "conv_out.weight", 0));
    if (family == Family.SDXL) {
      out.put(
          "projection_class_embeddings_input_dim",
          Sizes.of(unet, "add_embedding.linear_1.weight", 1));
    }
    return out;
  }

  private static int depth(Predicate<String> has, String transformer) {
    return Blocks.count(has, n -> transformer + "transformer_blocks." + n + ".norm1.weight");
  }

  /// As published files say it: one number where that is the same on all levels.
  private static Object oneOrAll(List<Integer> perLevel) {
    return new HashSet<>(perLevel).size() == 1 ? perLevel.getFirst() : perLevel;
  }

  private static List<String> types(List<Boolean> attention, String plain) {
    return attention.stream().map(with -> with ? "CrossAttn" + plain : plain).toList();
  }
}
