package cadj.cad.graph;

import cadj.tensor.json.JsonObject;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The classes of the modules of an `SD3Transformer2DModel`, in diffusers' words.
final class SD3Classes {
  private static final Pattern BLOCK =
      Pattern.compile("transformer_blocks\\.(\\d{1,4})(?:\\.(.+))?");

  private final boolean applies;
  private final int last;
  private final int[] dual;

  /// @param config of any part
  SD3Classes(JsonObject config) {
    applies = config.stringOr("_class_name", "").equals("SD3Transformer2DModel");
    last = applies ? config.integerOr("num_layers", 18) - 1 : 0;
    dual = applies ? config.intListOr("dual_attention_layers") : new int[0];
  }

  /// The class of the module at `key`, which has no weight of its own or one of rank 1; empty if
  /// that is none of this model's.
  String of(String key) {
    if (!applies) {
      return "";
    }
    Matcher block = BLOCK.matcher(key);
    if (!block.matches()) {
      return switch (key) {
        case "pos_embed" -> "PatchEmbed";
        case "time_text_embed" -> "CombinedTimestepTextProjEmbeddings";
        case "time_text_embed.timestep_embedder" -> "TimestepEmbedding";
        case "time_text_embed.text_embedder" -> "PixArtAlphaTextProjection";
        case "norm_out" -> "AdaLayerNormContinuous";
        default -> "";
      };
    }
    String inner = block.group(2);
    return inner == null ? "JointTransformerBlock" : of(Integer.parseInt(block.group(1)), inner);
  }

  private String of(int block, String key) {
    return switch (key) {
      case "norm1" ->
          Arrays.stream(dual).anyMatch(i -> i == block)
              ? "SD35AdaLayerNormZeroX"
              : "AdaLayerNormZero";
      case "norm1_context" -> block == last ? "AdaLayerNormContinuous" : "AdaLayerNormZero";
      case "attn", "attn2" -> "Attention";
      case "ff", "ff_context" -> "FeedForward";
      case "ff.net.0", "ff_context.net.0" -> "GELU";
      default -> key.matches("attn2?\\.norm_(added_)?[qk]") ? "RMSNorm" : "";
    };
  }
}
