package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What a text encoder's tensors say of `text_encoder/config.json`.
final class TextSizes {
  private static final String LAYERS = "text_model.encoder.layers.";
  private static final String TOKENS = "text_model.embeddings.token_embedding.weight";
  private static final String PROJECTION = "text_projection.weight";

  private TextSizes() {}

  static Map<String, Object> of(Checkpoint text) {
    SequencedMap<String, Object> out = new TreeMap<>();
    out.put("vocab_size", Sizes.of(text, TOKENS, 0));
    out.put("hidden_size", Sizes.of(text, TOKENS, 1));
    out.put("num_attention_heads", Sizes.heads(text, TOKENS, 1));
    out.put(
        "max_position_embeddings",
        Sizes.of(text, "text_model.embeddings.position_embedding.weight", 0));
    out.put("intermediate_size", Sizes.of(text, LAYERS + "0.mlp.fc1.weight", 0));
    out.put(
        "num_hidden_layers", Blocks.count(text::contains, n -> LAYERS + n + ".layer_norm1.weight"));
    if (text.contains(PROJECTION)) {
      out.put("projection_dim", Sizes.of(text, PROJECTION, 0));
    }
    return out;
  }
}
