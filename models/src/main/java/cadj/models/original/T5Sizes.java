package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What the tensors of T5's encoder say of `text_encoder_3/config.json`.
final class T5Sizes {
  private static final String ATTENTION = "encoder.block.0.layer.0.SelfAttention.";
  private static final String BIAS = ATTENTION + "relative_attention_bias.weight";
  private static final String QUERY = ATTENTION + "q.weight";

  /// The other name of `shared`, which some files have alone.
  private static final String TOKENS = "encoder.embed_tokens.weight";

  private T5Sizes() {}

  static Map<String, Object> of(Checkpoint t5) {
    String tokens = t5.contains(TOKENS) ? TOKENS : "shared.weight";
    int heads = Sizes.of(t5, BIAS, 1);
    int width = Sizes.of(t5, QUERY, 0);
    if (width % heads != 0) {
      throw Sizes.unpublished(t5, QUERY, "a multiple of %d, the heads".formatted(heads), width);
    }
    SequencedMap<String, Object> out = new TreeMap<>();
    out.put("vocab_size", Sizes.of(t5, tokens, 0));
    out.put("d_model", Sizes.of(t5, tokens, 1));
    out.put("num_heads", heads);
    out.put("d_kv", width / heads);
    out.put("d_ff", Sizes.of(t5, "encoder.block.0.layer.1.DenseReluDense.wi_0.weight", 0));
    out.put("relative_attention_num_buckets", Sizes.of(t5, BIAS, 0));
    out.put(
        "num_layers",
        Blocks.count(t5::contains, n -> "encoder.block." + n + ".layer.0.layer_norm.weight"));
    return out;
  }
}
