package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What the tensors of Stable Diffusion 3's denoiser say of `transformer/config.json`.
final class SD3Sizes {
  private static final String PATCHES = "pos_embed.proj.weight";
  private static final String POSITIONS = "pos_embed.pos_embed";
  private static final String TEXT = "context_embedder.weight";
  private static final String OUT = "proj_out.weight";
  private static final String NORM = "transformer_blocks.0.attn.norm_q.weight";

  /// Where no norm of a head says it.
  private static final int HEAD = 64;

  private SD3Sizes() {}

  static SequencedMap<String, @Nullable Object> of(Family family, Checkpoint transformer) {
    int textWidth = Sizes.of(transformer, TEXT, 1);
    if (textWidth != family.textWidth()) {
      throw Sizes.unpublished(
          transformer,
          TEXT,
          "%d, the text width of %s".formatted(family.textWidth(), family.title()),
          textWidth);
    }
    int width = Sizes.of(transformer, PATCHES, 0);
    boolean norms = transformer.contains(NORM);
    int head = norms ? Sizes.of(transformer, NORM, 0) : HEAD;
    int patch = Sizes.of(transformer, PATCHES, 2);
    int blocks = SD3Keys.ofFolder(transformer::contains).blocks();
    SequencedMap<String, @Nullable Object> out = new TreeMap<>();
    out.put("patch_size", patch);
    out.put("in_channels", Sizes.of(transformer, PATCHES, 1));
    out.put(
        "out_channels", quotient(transformer, OUT, Sizes.of(transformer, OUT, 0), patch * patch));
    out.put("num_layers", blocks);
    out.put("attention_head_dim", head);
    out.put("num_attention_heads", quotient(transformer, PATCHES, width, head));
    out.put("caption_projection_dim", width);
    out.put("joint_attention_dim", textWidth);
    out.put(
        "pooled_projection_dim",
        Sizes.of(transformer, "time_text_embed.text_embedder.linear_1.weight", 1));
    out.put("pos_embed_max_size", side(transformer));
    out.put("dual_attention_layers", dual(transformer, blocks));
    out.put("qk_norm", norms ? "rms_norm" : null);
    return out;
  }

  private static int quotient(Checkpoint transformer, String key, int size, int divisor) {
    if (size % divisor != 0) {
      throw Sizes.unpublished(transformer, key, "a multiple of " + divisor, size);
    }
    return size / divisor;
  }

  /// Positions are those of a square.
  private static int side(Checkpoint transformer) {
    int positions = Sizes.of(transformer, POSITIONS, 1);
    int side = (int) Math.round(Math.sqrt(positions));
    if (side * side != positions) {
      throw Sizes.unpublished(transformer, POSITIONS, "a square number of positions", positions);
    }
    return side;
  }

  private static List<Integer> dual(Checkpoint transformer, int blocks) {
    return IntStream.range(0, blocks)
        .filter(n -> transformer.contains("transformer_blocks." + n + ".attn2.to_q.weight"))
        .boxed()
        .toList();
  }
}
