package cadj.models.sd3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.graph.Activations;
import cadj.models.denoiser.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The transformer without some of its blocks, as skip-layer guidance runs it.
@GoldenTest
final class WithoutBlocksTest {
  private static final RecordedTransformer SD3 = new RecordedTransformer("transformer");
  private static final double TOLERANCE = 1e-5;

  /// Predictions of diffusers' pipeline without block 1, on the way.
  @Test
  void recorded() {
    SD3Transformer2DModel model = RecordedTransformer.SD35.model().withoutBlocks(Set.of(1));
    try (SafetensorsFile text = Golden.open("sd3-tiny/expected/trajectory_35_g7.0.safetensors");
        SafetensorsFile golden =
            Golden.open("sd3-tiny/expected/trajectory_35_g7.0_skip_layers.safetensors")) {
      Conditioning condition =
          new Conditioning(text.tensor("prompt_embeds"), text.tensor("pooled_prompt_embeds"), null);
      float[] timesteps = golden.tensor("timesteps").toFloats();
      Tensor latents = golden.tensor("latents"); // after each step
      for (int i = 1; i <= 3; i++) {
        Tensor before = latents.slice(0, i - 1, i).reshape(1, 16, 8, 12);
        String name = "skip_out.i" + i;
        Tensor actual = model.forward(before, timesteps[i], condition);
        Golden.assertClose(name, golden.tensor(name), actual, TOLERANCE);
        Golden.count(1);
      }
    }
  }

  /// The same as a model that has only the others.
  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "0,1"})
  void likeAModelOfTheOthers(String list) {
    Set<Integer> left = new TreeSet<>();
    List.of(list.split(",")).forEach(block -> left.add(Integer.valueOf(block)));
    float[] expected = run(withOthers(SD3.stored(), left));
    assertArrayEquals(expected, run(SD3.model().withoutBlocks(left)));
  }

  private static SD3Transformer2DModel withOthers(Map<String, Tensor> stored, Set<Integer> left) {
    SD3TransformerConfig config = SD3.config();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          String[] parts = name.split("\\.", 3);
          if (!parts[0].equals("transformer_blocks")) {
            tensors.put(name, tensor);
          } else if (!left.contains(Integer.valueOf(parts[1]))) {
            int block = Integer.parseInt(parts[1]);
            long earlier = left.stream().filter(other -> other < block).count();
            tensors.put(parts[0] + "." + (block - earlier) + "." + parts[2], tensor);
          }
        });
    return RecordedTransformer.model(
        tensors,
        new SD3TransformerConfig(
            config.sampleSize(),
            config.patchSize(),
            config.inChannels(),
            config.outChannels(),
            config.numLayers() - left.size(),
            config.attentionHeadDim(),
            config.numAttentionHeads(),
            config.jointAttentionDim(),
            config.pooledProjectionDim(),
            config.posEmbedMaxSize(),
            Set.of(),
            false));
  }

  private static float[] run(SD3Transformer2DModel model) {
    try (SafetensorsFile golden = SD3.expected(".safetensors")) {
      return model
          .forward(golden.tensor("latents"), 500.5, RecordedTransformer.conditioning(golden))
          .toFloats();
    }
  }

  /// Without the last block, what the one before leaves of the image goes on.
  @Test
  void withoutTheLast() {
    float[] before = announced("transformer_blocks.1", SD3.model());
    SD3Transformer2DModel without = SD3.model().withoutBlocks(Set.of(2));
    assertArrayEquals(before, announced("norm_out:input", without));
    assertFalse(Arrays.equals(before, announced("norm_out:input", SD3.model())));
  }

  @Test
  void withoutAnyOrNone() {
    SD3Transformer2DModel empty = SD3.model().withoutBlocks(Set.of(0, 1, 2));
    assertArrayEquals(announced("pos_embed", empty), announced("norm_out:input", empty));
    assertArrayEquals(run(SD3.model()), run(SD3.model().withoutBlocks(Set.of())));
  }

  private static float[] announced(String key, SD3Transformer2DModel model) {
    List<float[]> seen = new ArrayList<>();
    Activations.with(
        Activations.observe(key, (name, value) -> seen.add(value.toFloats())), () -> run(model));
    assertEquals(1, seen.size());
    return seen.getFirst();
  }

  @Test
  void staysSoWithOtherParameters() {
    SD3Transformer2DModel model = SD3.model();
    SD3Transformer2DModel without = model.withoutBlocks(Set.of(0));
    assertEquals(model.parameters(), without.parameters());
    assertArrayEquals(run(without), run(without.with(model.parameters())));
    assertArrayEquals(
        run(model.withoutBlocks(Set.of(0, 1))), run(without.withoutBlocks(Set.of(1))));
  }

  @ParameterizedTest
  @CsvSource({"3", "-1"})
  void thereIsNoSuchBlock(int block) {
    SD3Transformer2DModel model = SD3.model();
    Set<Integer> blocks = Set.of(0, block);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> model.withoutBlocks(blocks));
    assertEquals("skip layers: expected blocks from 0 to 2, got " + block, error.getMessage());
  }
}
