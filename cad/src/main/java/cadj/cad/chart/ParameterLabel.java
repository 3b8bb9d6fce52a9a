package cadj.cad.chart;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where in a denoiser a parameter lies, in few words.
///
/// `down_blocks.0.attentions.1.transformer_blocks.0.ff.net.2.weight` is in block `down 0`, layer `1
/// out`; `transformer_blocks.7.ff_context.net.0.proj.weight` in block `block 7`, layer `context
/// in`; `text_encoder_2.text_model.encoder.layers.3.mlp.fc1.weight` in block `text2 3`, layer
/// `fc1`.
///
/// @param block `down 0`, `mid`, `up 1`, `block 7`; `text 3` for a text encoder's layer, `text`
///   outside these; empty for what lies in none
/// @param layer the rest: the transformer's number (and its block's, where that is not 0), and `in`
///   or `out` for the two feed-forward matrices, `context` before them for those of the text
public record ParameterLabel(String block, String layer) {
  private static final Pattern BLOCK =
      Pattern.compile("(?:(down|up)_blocks\\.(\\d+)|(mid)_block)\\.(.*)");

  private static final Pattern JOINT = Pattern.compile("transformer_blocks\\.(\\d+)\\.(.*)");

  private static final Pattern TEXT =
      Pattern.compile(
          "text_encoder(?:_(\\d))?\\.(?:text_model\\.)?(?:encoder\\.(?:layers|block)(\\.\\d+)\\.)?(.*)");

  /// Layers behind all blocks.
  private static final Pattern LAST = Pattern.compile("conv_norm_out|conv_out|norm_out|proj_out");

  /// The label of the parameter of that name.
  public static ParameterLabel of(String parameter) {
    Matcher text = TEXT.matcher(parameter);
    if (text.matches()) {
      String number = text.group(1) == null ? "" : text.group(1);
      String layer = text.group(2) == null ? "" : text.group(2).replace('.', ' ');
      String rest = text.group(3).replaceFirst("^(self_attn|mlp|layer\\.\\d)\\.", "");
      return new ParameterLabel("text" + number + layer, shortened(rest));
    }
    Matcher joint = JOINT.matcher(parameter);
    if (joint.matches()) {
      return new ParameterLabel("block " + joint.group(1), shortened(joint.group(2)));
    }
    Matcher match = BLOCK.matcher(parameter);
    if (!match.matches()) {
      return new ParameterLabel("", shortened(parameter));
    }
    String block = match.group(3) != null ? "mid" : match.group(1) + " " + match.group(2);
    return new ParameterLabel(block, shortened(match.group(4)));
  }

  /// Where data meet it on their way: −3, −2 and −1 in text encoders, 0 before the denoiser's
  /// blocks, then down, mid, up, and 4 behind them.
  public int depth() {
    return switch (block.replaceFirst(" .*", "")) {
      case "text" -> -3;
      case "text2" -> -2;
      case "text3" -> -1;
      case "down", "block" -> 1;
      case "mid" -> 2;
      case "up" -> 3;
      default -> LAST.matcher(layer).lookingAt() ? 4 : 0;
    };
  }

  private static String shortened(String rest) {
    return rest.replaceFirst("attentions\\.(\\d+)\\.transformer_blocks\\.0\\.", "$1 ")
        .replaceFirst("attentions\\.(\\d+)\\.transformer_blocks\\.(\\d+)\\.", "$1.$2 ")
        .replace("ff.net.0.proj", "in")
        .replace("ff.net.2", "out")
        .replace("ff_context.net.0.proj", "context in")
        .replace("ff_context.net.2", "context out")
        .replaceFirst("\\.weight$", "")
        .replaceFirst("\\.bias$", " bias");
  }

  @Override
  public String toString() {
    return block.isEmpty() ? layer : block + " " + layer;
  }
}
