package cadj.models.lora;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A UNet's modules as the original code (LDM, sgm) names them: `input_blocks.4.1.proj_in` for
/// `down_blocks.1.attentions.0.proj_in`.
///
/// Blocks are numbered through: `conv_in` is input block 0, then come each down block's layers and
/// its downsampler; an up block's last layer holds its upsampler too. How many layers a block has
/// is read off the names themselves.
final class LdmNames {
  private static final Pattern LAYER =
      Pattern.compile("(down|up)_blocks\\.(\\d{1,3})\\.(resnets|attentions)\\.(\\d{1,3})\\.(.+)");
  private static final Pattern SAMPLER =
      Pattern.compile("(down|up)_blocks\\.(\\d{1,3})\\.(?:down|up)samplers\\.0\\.conv");
  private static final Pattern MIDDLE =
      Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d{1,3})\\.(.+)");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "time_embedding.linear_1", "time_embed.0",
          "time_embedding.linear_2", "time_embed.2",
          "add_embedding.linear_1", "label_emb.0.0",
          "add_embedding.linear_2", "label_emb.0.2",
          "conv_in", "input_blocks.0.0",
          "conv_out", "out.2");

  private static final Map<String, String> IN_RESNET =
      Map.of(
          "conv1", "in_layers.2",
          "time_emb_proj", "emb_layers.1",
          "conv2", "out_layers.3",
          "conv_shortcut", "skip_connection");

  /// Layers of each block (`down 0`), which are its resnets.
  private final Map<String, Integer> layers = new TreeMap<>();

  private final Set<String> withAttention = new HashSet<>();

  private LdmNames(Collection<String> modules) {
    for (String module : modules) {
      Matcher layer = LAYER.matcher(module);
      if (layer.matches()) {
        String block = block(layer);
        layers.merge(block, Integer.parseInt(layer.group(4)) + 1, Math::max);
        if (layer.group(3).equals("attentions")) {
          withAttention.add(block);
        }
      }
    }
  }

  /// The LDM names of `modules`, by these; those without one are left out.
  static Map<String, String> of(Collection<String> modules) {
    LdmNames names = new LdmNames(modules);
    Map<String, String> out = new HashMap<>();
    for (String module : modules) {
      String ldm = names.name(module);
      if (ldm != null) {
        out.put(module, ldm);
      }
    }
    return out;
  }

  private @Nullable String name(String module) {
    Matcher layer = LAYER.matcher(module);
    if (layer.matches()) {
      int number = first(layer) + Integer.parseInt(layer.group(4));
      return blocks(layer) + number + "." + inside(layer.group(3), layer.group(5));
    }
    Matcher sampler = SAMPLER.matcher(module);
    if (sampler.matches()) {
      int end = first(sampler) + requireNonNull(layers.getOrDefault(block(sampler), 0));
      return sampler.group(1).equals("down")
          ? "input_blocks." + end + ".0.op"
          : "output_blocks."
              + (end - 1)
              + (withAttention.contains(block(sampler)) ? ".2" : ".1")
              + ".conv";
    }
    Matcher middle = MIDDLE.matcher(module);
    if (middle.matches()) {
      boolean isResnet = middle.group(1).equals("resnets");
      int number = 2 * Integer.parseInt(middle.group(2)) + (isResnet ? 0 : 1);
      return "middle_block."
          + number
          + "."
          + IN_RESNET.getOrDefault(middle.group(3), middle.group(3));
    }
    return OUTSIDE.get(module);
  }

  private static String block(Matcher match) {
    return match.group(1) + " " + match.group(2);
  }

  private static String blocks(Matcher match) {
    return match.group(1).equals("down") ? "input_blocks." : "output_blocks.";
  }

  /// Number of a block's first layer. Before it stand `conv_in` and the layers of the down blocks
  /// before, each with a downsampler; or the layers of the up blocks before.
  private int first(Matcher match) {
    boolean down = match.group(1).equals("down");
    int at = down ? 1 : 0;
    for (int b = 0; b < Integer.parseInt(match.group(2)); b++) {
      at += layers.getOrDefault(match.group(1) + " " + b, 0) + (down ? 1 : 0);
    }
    return at;
  }

  /// A layer of a block is a resnet, then perhaps a transformer.
  private static String inside(String kind, String rest) {
    return kind.equals("resnets") ? "0." + IN_RESNET.getOrDefault(rest, rest) : "1." + rest;
  }
}
