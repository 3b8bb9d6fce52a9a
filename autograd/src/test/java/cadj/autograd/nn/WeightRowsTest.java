package cadj.autograd.nn;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.gpu.CountedGpu;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Layers whose weights lie in a row: their outputs, gradients and interventions are those of each
/// alone, in fewer products.
final class WeightRowsTest {
  private static final List<String> NAMES = List.of("to_q", "to_k", "to_v");
  private static final int IN = 5;
  private static final int OUT = 3;

  private final float[] x = normal(1, 2, 4, IN).toFloats();

  private static Tensor weight(String key, Shape shape) {
    return normal(key.hashCode(), shape.toArray());
  }

  private static Tensor normal(int seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, dims);
  }

  private static Weights inARow() {
    return Weights.of(new WeightRows(WeightRowsTest::weight, (keys, all) -> all.onCurrentDevice()));
  }

  private Tensor input() {
    return Tensor.of(x, 2, 4, IN).onCurrentDevice();
  }

  /// Outputs, then gradients by x and by the weights, of Σ seedᵢ·outputᵢ.
  private List<float[]> results(Weights weights) {
    List<Linear> row = Linear.row(weights.at("attn"), NAMES, IN, OUT);
    Tensor in = input();
    List<Tensor> watched = new ArrayList<>(weights.parameters().values());
    watched.add(in);
    List<float[]> out = new ArrayList<>();
    Gradients gradients =
        Tape.record(
            watched,
            tape -> {
              List<Tensor> all = Linear.forwardEach(in, row);
              all.forEach(y -> out.add(y.toFloats()));
              Tensor value = sum(mul(all.get(0), mul(all.get(1), all.get(2))));
              return tape.backward(value);
            });
    watched.forEach(each -> out.add(gradients.of(each).toFloats()));
    return out;
  }

  @Test
  void valuesAndGradientsAreThoseOfEach() {
    List<float[]> expected = results(Weights.of(WeightRowsTest::weight));
    List<float[]> found = Emulated.run(() -> results(inARow()));
    assertEquals(7, found.size());
    for (int i = 0; i < found.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i), 1e-5f, "result " + i);
    }
  }

  @Test
  void thoseInARowAreOneProduct() {
    assertEquals(1, products(WeightRowsTest::inARow));
    assertEquals(3, products(() -> Weights.of(WeightRowsTest::weight)));
  }

  /// An edited weight is a tensor of its own.
  @Test
  void anEditBreaksTheRow() {
    assertEquals(1, products(() -> with(Map.of())));
    Map<String, Tensor> edit = new LinkedHashMap<>();
    assertEquals(
        3,
        products(
            () -> {
              edit.put("attn.to_k.weight", normal(9, OUT, IN).onCurrentDevice());
              return with(edit);
            }));
  }

  /// The same parameters but for some.
  private static Weights with(Map<String, Tensor> edits) {
    Weights all = inARow();
    Linear.row(all.at("attn"), NAMES, IN, OUT);
    Map<String, Tensor> parameters = new LinkedHashMap<>(all.parameters());
    parameters.putAll(edits);
    return Weights.of(parameters);
  }

  private int products(Supplier<Weights> weights) {
    CountedGpu counted = CountedGpu.withLibraries();
    Gpu gpu = counted.gpu();
    return Emulated.on(
        gpu,
        () -> {
          List<Linear> row = Linear.row(weights.get().at("attn"), NAMES, IN, OUT);
          Tensor in = input();
          counted.reset();
          Linear.forwardEach(in, row);
          return requireNonNull(counted.counts().get("library: product"));
        });
  }

  @Test
  void interventionsSeeAndChangeEach() {
    Emulated.run(
        () -> {
          List<Linear> row = Linear.row(inARow().at("attn"), NAMES, IN, OUT);
          Tensor in = input();
          List<Tensor> plain = Linear.forwardEach(in, row);
          List<String> seen = new ArrayList<>();
          Tensor other = normal(7, 2, 4, IN).onCurrentDevice();
          List<Tensor> changed =
              Activations.with(
                  List.of(
                      Activations.observe("attn.*", (key, y) -> seen.add(key)),
                      Activations.replace("attn.to_k:input", (key, own) -> other)),
                  () -> Linear.forwardEach(in, row));
          assertEquals(List.of("attn.to_q", "attn.to_k", "attn.to_v"), seen);
          assertArrayEquals(plain.get(0).toFloats(), changed.get(0).toFloats(), 1e-5f);
          assertArrayEquals(
              Linear.forwardEach(other, row).get(1).toFloats(), changed.get(1).toFloats(), 1e-5f);
          assertArrayEquals(plain.get(2).toFloats(), changed.get(2).toFloats(), 1e-5f);
          return null;
        });
  }
}
