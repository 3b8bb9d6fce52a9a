package cadj.models.files;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a part's tensors are called in the files that the libraries wrote over time.
final class PartKeys {
  /// Attention in the VAE, as diffusers called it before 0.14.
  private static final Pattern OLD_ATTENTION =
      Pattern.compile("(.*\\.attentions\\.\\d+\\.)(query|key|value|proj_attn)(\\..*)");

  private static final Map<String, String> OLD_NAMES =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  /// What a text encoder's keys begin with where `text_model.` is left out, as transformers does
  /// since 5.6.
  private static final Pattern WITHOUT_PREFIX =
      Pattern.compile("(embeddings|encoder|final_layer_norm)\\..*");

  private static final String TEXT_MODEL = "text_model.";

  /// The other modules of a whole CLIP model, of which a text encoder is one.
  private static final Pattern NOT_OF_TEXT =
      Pattern.compile("(vision_model|visual_projection)\\..*|logit_scale|logit_bias");

  private static final Pattern TEXT_PROJECTION = Pattern.compile("text_projection\\..*");

  /// The other modules of a whole T5, of which the text encoder is one half.
  private static final Pattern NOT_OF_ENCODER = Pattern.compile("(decoder|lm_head)\\..*");

  private PartKeys() {}

  /// Today's name of the tensor that is stored as `key`; empty if it belongs to another module than
  /// this part.
  ///
  /// @param projects whether the part is a CLIP text encoder with a projection
  static Optional<String> today(String part, String key, boolean projects) {
    return switch (part) {
      case "vae" -> Optional.of(attention(key));
      case "text_encoder", "text_encoder_2" ->
          !projects && TEXT_PROJECTION.matcher(key).matches() ? Optional.empty() : textModel(key);
      case Pipeline.T5 ->
          NOT_OF_ENCODER.matcher(key).matches() ? Optional.empty() : Optional.of(key);
      default -> Optional.of(key);
    };
  }

  private static String attention(String key) {
    Matcher old = OLD_ATTENTION.matcher(key);
    return old.matches() ? old.group(1) + OLD_NAMES.get(old.group(2)) + old.group(3) : key;
  }

  private static Optional<String> textModel(String key) {
    if (NOT_OF_TEXT.matcher(key).matches()) {
      return Optional.empty();
    }
    return Optional.of(WITHOUT_PREFIX.matcher(key).matches() ? TEXT_MODEL + key : key);
  }
}
