package cadj.models.sd3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Conditioning;
import cadj.models.golden.Announced;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Outputs and intermediate values of diffusers' `SD3Transformer2DModel`.
@GoldenTest
final class SD3GoldenTest {
  private static final String TRANSFORMERS = "cadj.models.sd3.RecordedTransformer#all";
  private static final double TOLERANCE = 1e-5;

  /// PyTorch's own exp is a few units off, and t multiplies that.
  private static final double SINUSOIDS = 1e-4;

  /// At time steps that are no whole numbers, also one per sample.
  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void outputs(RecordedTransformer recorded) {
    SD3Transformer2DModel model = recorded.model();
    try (SafetensorsFile golden = recorded.expected(".safetensors")) {
      Tensor latents = golden.tensor("latents");
      Conditioning condition = RecordedTransformer.conditioning(golden);
      float[] timesteps = golden.tensor("timesteps").toFloats();
      for (int i = 0; i < timesteps.length; i++) {
        assertOut(recorded, golden, "out." + i, model.forward(latents, timesteps[i], condition));
      }
      float[] vector = golden.tensor("timesteps_vector").toFloats();
      assertOut(recorded, golden, "out.tvector", model.forward(latents, vector, condition));
    }
  }

  /// One of them not square, one whose margins in the grid of positions are odd.
  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void otherSizes(RecordedTransformer recorded) {
    SD3Transformer2DModel model = recorded.model();
    try (SafetensorsFile golden = recorded.expected(".safetensors")) {
      for (String extra : List.of("extra0", "extra1")) {
        assertOut(recorded, golden, extra + ".out", otherSize(model, golden, extra));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void onTheGpu(RecordedTransformer recorded) {
    try (SafetensorsFile golden = recorded.expected(".safetensors")) {
      Tensor out = Emulated.run(() -> otherSize(recorded.model(), golden, "extra1"));
      assertOut(recorded, golden, "extra1.out", out);
    }
  }

  /// The recording's second time step, its first text.
  private static Tensor otherSize(
      SD3Transformer2DModel model, SafetensorsFile golden, String extra) {
    float t = golden.tensor("timesteps").toFloats()[1];
    Conditioning condition = RecordedTransformer.conditioning(golden).samples(0, 1);
    return model.forward(golden.tensor(extra + ".latents"), t, condition);
  }

  private static void assertOut(
      RecordedTransformer recorded, SafetensorsFile golden, String name, Tensor actual) {
    Golden.assertClose(recorded + " " + name, golden.tensor(name), actual, TOLERANCE);
    Golden.count(1);
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void positions(RecordedTransformer recorded) {
    SD3TransformerConfig config = recorded.config();
    PatchEmbed embed = new PatchEmbed(Weights.of(recorded.stored()).at("pos_embed"), config);
    try (SafetensorsFile golden = recorded.expected(".safetensors")) {
      Tensor expected = golden.tensor("cropped_pos_embed"); // of latents 10×14
      Tensor actual = embed.croppedPosEmbed(5, 7).reshape(1, 35, config.innerDim());
      Golden.assertExact(recorded + " positions", expected, actual);
      Golden.count(1);
    }
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void intermediates(RecordedTransformer recorded) {
    SD3Transformer2DModel model = recorded.model();
    try (SafetensorsFile golden = recorded.expected("_intermediates.safetensors")) {
      Map<String, Tensor> seen = new HashMap<>();
      Tensor out =
          Announced.copyInto(
              seen,
              () ->
                  model.forward(
                      golden.tensor("latents"),
                      golden.tensor("timestep").toFloats(),
                      RecordedTransformer.conditioning(golden)));
      assertOut(recorded, golden, "out", out);
      int compared = 0;
      for (String name : golden.names()) {
        if (name.startsWith("act.")) {
          Tensor actual = seen.get(key(name));
          assertFalse(actual == null, () -> "nothing announced " + name);
          double tolerance = name.endsWith("time_proj") ? SINUSOIDS : TOLERANCE;
          Golden.assertClose(recorded + " " + name, expected(golden, name), actual, tolerance);
          compared++;
        }
      }
      assertTrue(compared > 40, () -> recorded + " has too few intermediates");
      Golden.count(compared);
    }
  }

  /// A module announces the first of its outputs under its own key.
  private static String key(String name) {
    return name.substring("act.".length())
        .replaceFirst("\\.(norm_)?hidden_states$", "")
        .replaceFirst("\\.context_before_projection$", ".encoder_hidden_states");
  }

  /// Norms of heads are announced with the tokens before the heads.
  private static Tensor expected(SafetensorsFile golden, String name) {
    Tensor value = golden.tensor(name);
    return name.matches(".*\\.norm_(added_)?[qk]") ? value.permute(0, 2, 1, 3) : value;
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void parametersComeByTheirNamesInTheirOrder(RecordedTransformer recorded) {
    Path file =
        Golden.require("sd3-tiny/expected/cad/%s/named_parameters.json".formatted(recorded.name()));
    List<String> expected = new ArrayList<>();
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (JsonObject entry : JsonFile.readList(file).objects()) {
      expected.add(entry.string("name"));
      shapes.put(entry.string("name"), boxed(entry.intList("shape")));
    }
    SD3Transformer2DModel model = recorded.model();
    assertEquals(expected, List.copyOf(model.parameters().keySet()));
    model
        .parameters()
        .forEach((name, w) -> assertEquals(shapes.get(name), boxed(w.shape().toArray()), name));
    Golden.count(expected.size());
  }

  private static List<Integer> boxed(int... dims) {
    return Arrays.stream(dims).boxed().toList();
  }

  /// Parameters and the positions, and nothing else, are what the file holds.
  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void takesAllThatIsStored(RecordedTransformer recorded) {
    Set<String> taken = new HashSet<>(recorded.model().parameters().keySet());
    assertTrue(taken.add("pos_embed.pos_embed"));
    assertEquals(recorded.stored().keySet(), taken);
  }
}
