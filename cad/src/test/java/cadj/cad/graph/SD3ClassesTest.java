package cadj.cad.graph;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.weights.WeightFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tree of SD3's transformer, in diffusers' words.
@GoldenTest
final class SD3ClassesTest {
  private static final String SD3 = "transformer";
  private static final String SD35 = "transformer_35";

  /// Classes by key.
  private static Map<String, String> classes(String transformer) {
    String folder = "sd3-tiny/" + transformer;
    Map<String, String> out = new LinkedHashMap<>();
    try (Checkpoint weights =
        WeightFiles.open(Golden.require(folder + "/diffusion_pytorch_model.safetensors"))) {
      ModuleTree.of(weights, JsonFile.read(Golden.require(folder + "/config.json")))
          .all()
          .forEach(module -> out.put(module.key(), module.type()));
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "'', SD3Transformer2DModel",
    "pos_embed, PatchEmbed",
    "pos_embed.proj, Conv2d",
    "time_text_embed, CombinedTimestepTextProjEmbeddings",
    "time_text_embed.timestep_embedder, TimestepEmbedding",
    "time_text_embed.text_embedder, PixArtAlphaTextProjection",
    "context_embedder, Linear",
    "transformer_blocks.0, JointTransformerBlock",
    "transformer_blocks.0.norm1, SD35AdaLayerNormZeroX",
    "transformer_blocks.1.norm1, AdaLayerNormZero",
    "transformer_blocks.1.norm1.linear, Linear",
    "transformer_blocks.1.norm1_context, AdaLayerNormZero",
    "transformer_blocks.2.norm1_context, AdaLayerNormContinuous",
    "transformer_blocks.0.attn, Attention",
    "transformer_blocks.0.attn2, Attention",
    "transformer_blocks.0.attn.norm_q, RMSNorm",
    "transformer_blocks.0.attn.norm_added_k, RMSNorm",
    "transformer_blocks.0.attn2.norm_k, RMSNorm",
    "transformer_blocks.0.attn.to_out.0, Linear",
    "transformer_blocks.0.ff, FeedForward",
    "transformer_blocks.0.ff_context, FeedForward",
    "transformer_blocks.0.ff_context.net.0, GELU",
    "transformer_blocks.0.ff.net.0.proj, Linear",
    "norm_out, AdaLayerNormContinuous",
    "proj_out, Linear"
  })
  void classOf(String key, String type) {
    assertEquals(type, requireNonNull(classes(SD35).get(key), key));
  }

  /// No module is without one, and SD3-medium has no second attention.
  @Test
  void everyModuleHasOne() {
    for (String transformer : new String[] {SD3, SD35}) {
      classes(transformer).forEach((key, type) -> assertEquals(false, type.isEmpty(), key));
    }
    assertEquals("AdaLayerNormZero", classes(SD3).get("transformer_blocks.0.norm1"));
  }
}
