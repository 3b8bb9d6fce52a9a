package cadj.models.sd3;

import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Derivatives of the erase objective Σ (v(base) − v(concept))², the first term a constant, by
/// every parameter, against PyTorch's.
@GoldenTest
final class SD3GradientsGoldenTest {
  private static final String TRANSFORMERS = "cadj.models.sd3.RecordedTransformer#all";
  private static final double OBJECTIVE = 1e-5;
  private static final double GRADIENTS = 1e-4;

  /// Objective and gradients by parameter.
  private record Erase(double objective, Map<String, Tensor> gradients) {}

  private static Erase erase(RecordedTransformer recorded, SafetensorsFile golden) {
    SD3Transformer2DModel model = recorded.model();
    Tensor z = golden.tensor("z");
    float t = golden.tensor("timestep").toFloats()[0];
    Conditioning both = RecordedTransformer.conditioning(golden);
    Tensor base = model.forward(z, t, both.samples(1, 2));
    Map<Tensor, String> names = new HashMap<>();
    model.parameters().forEach((name, w) -> names.put(w, name));
    Map<String, Tensor> gradients = new HashMap<>();
    double objective =
        Tape.record(
            names.keySet(),
            tape -> {
              Tensor j = sum(square(sub(base, model.forward(z, t, both.samples(0, 1)))));
              tape.backward(
                  j, (w, gradient) -> gradients.put(names.get(w), Scope.outside(gradient::copy)));
              return j.item();
            });
    return new Erase(objective, gradients);
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void eraseObjective(RecordedTransformer recorded) {
    try (SafetensorsFile golden = recorded.erase()) {
      assertClose(recorded, golden, erase(recorded, golden));
    }
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void onTheGpu(RecordedTransformer recorded) {
    try (SafetensorsFile golden = recorded.erase()) {
      assertClose(recorded, golden, Emulated.run(() -> erase(recorded, golden)));
    }
  }

  /// What is computed again gives the same bits.
  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void recomputed(RecordedTransformer recorded) {
    try (SafetensorsFile golden = recorded.erase()) {
      Erase kept = erase(recorded, golden);
      Erase again = Tape.within(0, () -> erase(recorded, golden));
      assertEquals(kept.objective, again.objective);
      assertEquals(kept.gradients.keySet(), again.gradients.keySet());
      kept.gradients.forEach(
          (name, gradient) ->
              assertArrayEquals(gradient.toFloats(), again.gradients.get(name).toFloats(), name));
    }
  }

  private static void assertClose(
      RecordedTransformer recorded, SafetensorsFile golden, Erase actual) {
    double objective = golden.tensor("objective").item();
    assertEquals(objective, actual.objective, OBJECTIVE * objective, recorded.name());
    List<String> names = golden.names().stream().filter(name -> name.startsWith("grad.")).toList();
    assertEquals(names.size(), actual.gradients.size());
    for (String name : names) {
      Tensor gradient = actual.gradients.get(name.substring("grad.".length()));
      Golden.assertClose(recorded + " " + name, golden.tensor(name), gradient, GRADIENTS);
      Golden.count(1);
    }
    assertZero(golden, actual);
  }

  /// Nothing reads what the last block's text asks for.
  private static void assertZero(SafetensorsFile golden, Erase actual) {
    String last = "transformer_blocks.2.attn.";
    List<String> unread =
        actual.gradients.keySet().stream()
            .filter(
                name ->
                    name.startsWith(last + "add_q_proj") || name.startsWith(last + "norm_added_q"))
            .toList();
    assertEquals(golden.contains("grad." + last + "norm_added_q.weight") ? 3 : 2, unread.size());
    for (String name : unread) {
      Tensor gradient = actual.gradients.get(name);
      assertArrayEquals(new float[gradient.elements()], absolute(gradient), name);
    }
  }

  private static float[] absolute(Tensor gradient) {
    float[] values = gradient.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]); // −0 is zero
    }
    return values;
  }
}
