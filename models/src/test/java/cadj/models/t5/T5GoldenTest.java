package cadj.models.t5;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.models.files.ModelFiles;
import cadj.models.golden.Announced;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// Outputs of transformers' T5 encoder, with the values on the way.
@GoldenTest
class T5GoldenTest {
  /// PyTorch's own distance to double precision is larger here than that of other models.
  private static final double TOLERANCE = 2e-5;

  private static final String LAST = "last_hidden_state";
  private static final String FIRST = "encoder.block.0.";

  @Test
  void outputs() {
    forEach(
        (golden, t5) -> {
          Tensor ids = golden.tensor("input_ids").slice(0, 0, golden.shape(LAST).dim(0));
          assertClose(golden, LAST, t5.forward(ids));
          Golden.count(ids.dim(0));
        });
  }

  /// Of as many tokens as pipelines take: padded, and full.
  @Test
  void longTexts() {
    forEach(
        (golden, t5) -> {
          Tensor ids = golden.tensor("long_input_ids");
          assertClose(golden, "long_last_hidden_state", t5.forward(ids));
          Golden.count(ids.dim(0));
        });
  }

  @Test
  void everyLayersHiddenState() {
    forEach(
        (golden, t5) -> {
          Map<String, Tensor> seen = seen(golden, t5);
          int layers = t5.config().layers();
          assertClose(golden, "hidden_states.0", seen.get("shared"));
          for (int i = 1; i <= layers; i++) {
            assertClose(golden, "hidden_states." + i, seen.get("encoder.block." + (i - 1)));
          }
          Tensor last = golden.tensor(LAST).slice(0, 0, golden.shape("hidden_states.0").dim(0));
          for (String key : List.of("encoder", "encoder.final_layer_norm")) {
            Golden.assertClose(key, last, seen.get(key), TOLERANCE);
          }
          Golden.count(layers + 1);
        });
  }

  /// Sublayers before they are added to their input.
  @Test
  void theFirstBlockInDetail() {
    forEach(
        (golden, t5) -> {
          Map<String, Tensor> seen = seen(golden, t5);
          Map<String, String> keys =
              Map.of(
                  "layer_norm", "layer.0.layer_norm",
                  "SelfAttention", "layer.0.SelfAttention",
                  "ff_layer_norm", "layer.1.layer_norm",
                  "DenseReluDense", "layer.1.DenseReluDense",
                  "block0", "layer.1");
          keys.forEach(
              (name, key) -> assertClose(golden, "block.0." + name, seen.get(FIRST + key)));
          Golden.count(keys.size());
        });
  }

  /// The recorded bias is of the first tokens of a longer text, which changes nothing.
  @Test
  void positionBias() {
    forEach(
        (golden, t5) -> {
          String name =
              golden.names().stream().filter(n -> n.startsWith("position_bias.")).findFirst().get();
          int length = golden.shape(name).dim(2);
          Map<String, Tensor> seen = new HashMap<>();
          Announced.copyInto(seen, () -> t5.forward(Tensor.of(new long[length], 1, length)));
          Tensor perPair = seen.get(FIRST + "layer.0.SelfAttention.relative_attention_bias");
          assertEquals(3, perPair.rank());
          Golden.assertExact(
              name, golden.tensor(name), perPair.permute(2, 0, 1).reshape(golden.shape(name)));
          Golden.count(1);
        });
  }

  @Test
  void buckets() {
    forEach(
        (golden, t5) -> {
          long[] relative = golden.tensor("relative_position").toLongs();
          long[] expected = golden.tensor("relative_position_bucket").toLongs();
          assertTrue(relative.length > 2 * t5.config().maxDistance());
          assertArrayEquals(
              expected,
              Arrays.stream(relative)
                  .map(d -> RelativePositionBias.bucket(t5.config(), (int) d))
                  .toArray());
          Golden.count(relative.length);
        });
  }

  /// A row of the probabilities sums to 1, whatever the bias.
  @Test
  void probabilitiesAreAnnounced() {
    forEach(
        (golden, t5) -> {
          Tensor ids = golden.tensor("input_ids").slice(0, 0, 2);
          int length = ids.dim(1);
          Map<String, float[]> seen = new HashMap<>();
          Activations.with(
              Activations.observe(
                  "**:probabilities",
                  (key, value) -> {
                    assertEquals(Shape.of(2, t5.config().heads(), length, length), value.shape());
                    seen.put(key, value.toFloats());
                  }),
              () -> t5.forward(ids));
          assertEquals(t5.config().layers(), seen.size());
          float[] values = requireNonNull(seen.get(FIRST + "layer.0.SelfAttention:probabilities"));
          for (int row = 0; row < values.length / length; row++) {
            double sum = 0;
            for (int i = 0; i < length; i++) {
              sum += values[row * length + i];
            }
            assertEquals(1, sum, 1e-5);
          }
        });
  }

  @Test
  void onAnEmulatedGpu() {
    forEachFile(
        (golden, file) -> {
          Tensor ids = golden.tensor("input_ids").slice(0, 0, 2);
          Tensor actual = Emulated.run(() -> model(file).forward(ids).cpu());
          Golden.assertClose(
              golden.path() + " emulated", golden.tensor(LAST).slice(0, 0, 2), actual, TOLERANCE);
          Golden.count(2);
        });
  }

  /// What the model announces for the first texts, of which every layer was recorded.
  private static Map<String, Tensor> seen(SafetensorsFile golden, T5EncoderModel t5) {
    Map<String, Tensor> seen = new HashMap<>();
    Tensor ids = golden.tensor("input_ids").slice(0, 0, golden.shape("hidden_states.0").dim(0));
    Announced.copyInto(seen, () -> t5.forward(ids));
    return seen;
  }

  private static void assertClose(SafetensorsFile golden, String name, Tensor actual) {
    Golden.assertClose(golden.path() + " " + name, golden.tensor(name), actual, TOLERANCE);
  }

  private static void forEach(BiConsumer<SafetensorsFile, T5EncoderModel> check) {
    forEachFile((golden, file) -> check.accept(golden, model(file)));
  }

  private static void forEachFile(BiConsumer<SafetensorsFile, Path> check) {
    for (Path file : Golden.glob("*/expected/text_encoder_3.safetensors")) {
      try (SafetensorsFile golden = Golden.open(file)) {
        check.accept(golden, file);
      }
    }
  }

  private static T5EncoderModel model(Path expected) {
    return ModelFiles.open(expected.getParent().getParent()).t5Encoder();
  }
}
