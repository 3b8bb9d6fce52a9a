package cadj.models.sd3;

import static cadj.autograd.ops.Affine.affine;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.models.denoiser.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The transformer goes on with what replaces any value that it announces.
@GoldenTest
final class SD3InterventionsTest {
  private static final String TRANSFORMERS = "cadj.models.sd3.RecordedTransformer#all";

  private static float[] run(RecordedTransformer recorded, SD3Transformer2DModel model) {
    try (SafetensorsFile golden = recorded.expected(".safetensors")) {
      Tensor latents = golden.tensor("extra1.latents");
      Conditioning condition = RecordedTransformer.conditioning(golden).samples(0, 1);
      return model.forward(latents, 500.5, condition).toFloats();
    }
  }

  private static Set<String> announced(RecordedTransformer recorded, String glob) {
    Set<String> keys = new TreeSet<>();
    Activations.with(
        Activations.observe(
            glob, (key, _) -> assertTrue(keys.add(key), () -> key + " is announced twice")),
        () -> run(recorded, recorded.model()));
    return keys;
  }

  /// All but what the last block makes of the text besides keys and values.
  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void everyOutputMatters(RecordedTransformer recorded) {
    SD3Transformer2DModel model = recorded.model();
    float[] own = run(recorded, model);
    Set<String> ineffective = new TreeSet<>();
    Set<String> keys = announced(recorded, "**");
    for (String key : keys) {
      float[] other =
          Activations.with(
              Activations.replace(key, (_, value) -> affine(value, 1.1f, 0.1f)),
              () -> run(recorded, model));
      if (Arrays.equals(own, other)) {
        ineffective.add(key);
      }
    }
    String last = "transformer_blocks.2.attn.";
    Set<String> expected =
        new TreeSet<>(Set.of(last + "add_q_proj", last + "encoder_hidden_states"));
    if (recorded.config().qkNorm()) {
      expected.add(last + "norm_added_q");
    }
    assertEquals(expected, ineffective);
    assertTrue(keys.size() > 90, () -> keys.size() + " keys");
  }

  /// Both attentions of a block, with the image's queries and keys first.
  @Test
  void probabilities() {
    assertEquals(
        Set.of(
            "transformer_blocks.0.attn:probabilities",
            "transformer_blocks.0.attn2:probabilities",
            "transformer_blocks.1.attn:probabilities",
            "transformer_blocks.2.attn:probabilities"),
        announced(RecordedTransformer.SD35, "**:probabilities"));
  }
}
