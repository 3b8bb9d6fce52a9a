package cadj.cad.graph;

import cadj.tensor.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The classes of modules, in diffusers' and transformers' words, as far as keys, ranks of weights
/// and the configuration tell.
final class ModuleClasses {
  private static final Pattern BLOCK =
      Pattern.compile("(?:encoder\\.|decoder\\.)?(down_block|up_block)s\\.(\\d{1,4})");

  private static final Pattern BATCH_NORM = Pattern.compile("(?:.*\\.)?(?:bn\\d|downsample\\.1)");

  /// A pattern for the end of a key, and a class.
  private record Rule(Pattern key, String type) {}

  private static final List<Rule> RULES =
      List.of(
          rule("time_embedding|add_embedding", "TimestepEmbedding"),
          rule("resnets\\.\\d+", "ResnetBlock2D"),
          rule("downsamplers\\.\\d+", "Downsample2D"),
          rule("upsamplers\\.\\d+", "Upsample2D"),
          rule("(?:en|de)coder\\.mid_block\\.attentions\\.\\d+", "Attention"),
          rule("attentions\\.\\d+", "Transformer2DModel"),
          rule("transformer_blocks\\.\\d+", "BasicTransformerBlock"),
          rule("attn[12]", "Attention"),
          rule("ff", "FeedForward"),
          rule("ff\\.net\\.0", "GEGLU"),
          rule("(?:en|de)coder\\.mid_block", "UNetMidBlock2D"),
          rule("text_model", "CLIPTextTransformer"),
          rule("text_model\\.embeddings", "CLIPTextEmbeddings"),
          rule("text_model\\.encoder", "CLIPEncoder"),
          rule("vision_model", "CLIPVisionTransformer"),
          rule("vision_model\\.embeddings", "CLIPVisionEmbeddings"),
          rule("vision_model\\.encoder", "CLIPEncoder"),
          rule("encoder\\.layers\\.\\d+", "CLIPEncoderLayer"),
          rule("self_attn", "CLIPAttention"),
          rule("mlp", "CLIPMLP"),
          rule("encoder", "Encoder"),
          rule("decoder", "Decoder"));

  private static final Pattern LAYER_NORM =
      Pattern.compile(
          "(?:.*\\.)?(?:transformer_blocks\\.\\d+\\.norm\\d|layer_norm\\d|final_layer_norm"
              + "|pre_layrnorm|post_layernorm)");

  private final JsonObject config;
  private final SD3Classes sd3;

  /// @param config the part's `config.json`, which names the classes of a denoiser's blocks
  ModuleClasses(JsonObject config) {
    this.config = config;
    sd3 = new SD3Classes(config);
  }

  private static Rule rule(String key, String type) {
    return new Rule(Pattern.compile("(?:.*\\.)?(?:" + key + ")"), type);
  }

  /// The class of the module at `key`, or an empty text.
  ///
  /// @param weightRank of its own `weight`, or -1 if it has none
  String of(String key, int weightRank) {
    String ofSd3 = weightRank < 2 ? sd3.of(key) : "";
    if (!ofSd3.isEmpty()) {
      return ofSd3;
    }
    return switch (weightRank) {
      case 4 -> "Conv2d";
      case 2 -> key.endsWith("_embedding") ? "Embedding" : "Linear";
      case 1 -> norm(key);
      default ->
          block(key)
              .or(
                  () ->
                      RULES.stream()
                          .filter(rule -> rule.key.matcher(key).matches())
                          .findFirst()
                          .map(Rule::type))
              .orElse("");
    };
  }

  /// The class of a block that the configuration names.
  private Optional<String> block(String key) {
    if (key.equals("mid_block")) {
      return Optional.of(config.stringOr("mid_block_type", "UNetMidBlock2DCrossAttn"));
    }
    Matcher found = BLOCK.matcher(key);
    if (!found.matches() || !config.has(found.group(1) + "_types")) {
      return Optional.empty();
    }
    List<String> types = config.list(found.group(1) + "_types").strings();
    int number = Integer.parseInt(found.group(2));
    return number < types.size() ? Optional.of(types.get(number)) : Optional.empty();
  }

  private static String norm(String key) {
    if (LAYER_NORM.matcher(key).matches()) {
      return "LayerNorm";
    }
    if (BATCH_NORM.matcher(key).matches()) {
      return "BatchNorm2d";
    }
    return key.contains("norm") ? "GroupNorm" : "";
  }
}
