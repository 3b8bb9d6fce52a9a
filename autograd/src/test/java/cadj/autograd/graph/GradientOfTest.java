package cadj.autograd.graph;

import static cadj.autograd.graph.Activations.gradientOf;
import static cadj.autograd.graph.Activations.observe;
import static cadj.autograd.graph.Activations.replace;
import static cadj.autograd.graph.AttentiveModel.WIDTH;
import static cadj.autograd.graph.AttentiveModel.uniform;
import static cadj.autograd.ops.Affine.scale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.nn.Embedding;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GradientOfTest {
  private final Tensor x = uniform(2, 3, WIDTH);
  private final AttentiveModel model = new AttentiveModel(DType.F64);
  private final Map<String, double[]> gradients = new LinkedHashMap<>();
  private final List<String> keys = new ArrayList<>();

  private Intervention take(String glob) {
    return gradientOf(
        glob,
        (key, gradient) -> {
          keys.add(key);
          gradients.put(key, gradient.toDoubles());
        });
  }

  /// What is watched beside the activations, and from which block on they are checkpointed.
  record Setting(long room, boolean parametersWatched, boolean scopeEndsBeforeBackward) {}

  static List<Setting> settings() {
    List<Setting> all = new ArrayList<>();
    for (long room : new long[] {0, Long.MAX_VALUE}) {
      for (boolean watched : new boolean[] {true, false}) {
        all.add(new Setting(room, watched, true));
        all.add(new Setting(room, watched, false));
      }
    }
    return all;
  }

  /// Against differences of J where the activation is replaced by itself plus h at one element.
  @ParameterizedTest
  @MethodSource("settings")
  void isTheDifferenceQuotient(Setting setting) {
    List<String> wanted =
        List.of("first:input", "first", "mid:input", "mid.attn:probabilities", "mid", "last:input");
    List<Intervention> all = wanted.stream().map(this::take).toList();
    backward(setting, all);
    assertEquals(wanted.reversed(), keys, "each once, the last first");
    for (String key : wanted) {
      double[] gradient = gradients.get(key);
      for (int i = 0; i < gradient.length; i++) {
        double expected = (lossWith(key, i, 1e-5) - lossWith(key, i, -1e-5)) / 2e-5;
        assertEquals(expected, gradient[i], 1e-6 * (1 + Math.abs(expected)), key + " " + i);
      }
    }
  }

  private void backward(Setting setting, List<Intervention> interventions) {
    List<Tensor> watched = setting.parametersWatched ? model.parameters() : List.of();
    Supplier<Tensor> loss = () -> model.loss(x);
    Tape.within(
        setting.room,
        () ->
            Tape.record(
                watched,
                tape ->
                    setting.scopeEndsBeforeBackward
                        ? tape.backward(Activations.with(interventions, loss))
                        : Activations.with(interventions, () -> tape.backward(loss.get()))));
  }

  private double lossWith(String key, int element, double h) {
    Intervention moved =
        replace(
            key,
            (at, value) -> {
              Tensor copy = value.contiguous().copy();
              copy.memory().set(element, copy.memory().get(element) + h);
              return copy;
            });
    return Activations.with(moved, () -> model.loss(x)).item();
  }

  /// Parameters' gradients stay to the bit where the activation is stored anyhow.
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void leavesOtherGradientsAsTheyAre(long room) {
    Supplier<List<double[]>> run =
        () ->
            Tape.within(
                room,
                () ->
                    Tape.record(
                        model.parameters(),
                        tape -> {
                          Gradients g = tape.backward(model.loss(x));
                          return model.parameters().stream().map(p -> g.of(p).toDoubles()).toList();
                        }));
    List<double[]> plain = run.get();
    List<double[]> got = Activations.with(take("**"), run);
    for (int i = 0; i < plain.size(); i++) {
      assertArrayEquals(plain.get(i), got.get(i));
    }
    assertEquals(List.of("last", "mid", "first"), keys);
  }

  /// Interventions act in their order: before and after a replacement are two places.
  @Test
  void beforeAndAfterAReplacement() {
    List<double[]> both = new ArrayList<>();
    Intervention each = gradientOf("mid", (key, gradient) -> both.add(gradient.toDoubles()));
    Activations.with(
        List.of(each, replace("mid", (key, value) -> scale(value, 3)), each),
        () -> Tape.record(List.of(), tape -> tape.backward(model.loss(x))));
    assertEquals(2, both.size());
    for (int i = 0; i < both.get(0).length; i++) {
      assertEquals(3 * both.get(0)[i], both.get(1)[i], 1e-12);
    }
  }

  @Test
  void ofAModuleThatRunsTwiceEachOnce() {
    Activations.with(
        take("last"),
        () -> Tape.record(List.of(), tape -> tape.backward(model.loss(model.forward(x)))));
    assertEquals(List.of("last", "last"), keys);
  }

  @Test
  void nestedCheckpointsHandItOverOnce() {
    Activations.with(
        take("**"),
        () ->
            Tape.record(
                List.of(),
                tape ->
                    tape.backward(
                        Tape.checkpoint(
                            "outer",
                            in -> Tape.checkpoint("inner", all -> model.loss(all[0]), in[0]),
                            x))));
    assertEquals(List.of("last", "mid", "first"), keys);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void noneWhereTheValueDoesNotDependOnIt(long room) {
    Tape.within(
        room,
        () ->
            Activations.with(
                take("first"),
                () ->
                    Tape.record(
                        model.parameters(),
                        tape -> {
                          model.hidden(x);
                          Tensor y = model.last.forward(x);
                          return tape.backward(y, y.detach());
                        })));
    assertEquals(List.of(), keys);
  }

  /// Without a tape, or where it does not record, nothing is kept for a gradient that never comes.
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void noneWithoutATape(long room) {
    double[] plain = model.loss(x).toDoubles();
    long before = BufferPool.shared().liveBytes();
    Scope.run(
        "test",
        () ->
            Tape.within(
                room,
                () ->
                    Activations.with(
                        take("**"),
                        () -> {
                          assertArrayEquals(plain, model.loss(x).toDoubles());
                          return Tape.record(
                              model.parameters(),
                              tape -> {
                                Tensor loss = Tape.noGrad(() -> model.loss(x));
                                assertArrayEquals(plain, loss.toDoubles());
                                return tape.backward(loss);
                              });
                        })));
    assertEquals(before, BufferPool.shared().liveBytes(), "bytes in use");
    assertEquals(List.of(), keys);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void memoryIsFreed(long room) {
    long before = BufferPool.shared().liveBytes();
    Scope.run("test", () -> backward(new Setting(room, true, true), List.of(take("**"))));
    assertEquals(before, BufferPool.shared().liveBytes(), "bytes in use");
    assertEquals(3, keys.size());
  }

  /// Its modules are not announced: neither to the scope nor to the tape.
  @Test
  void whatAReceiverRunsIsNotAnnounced() {
    List<String> observed = new ArrayList<>();
    Activations.with(
        List.of(
            observe("last", (key, value) -> observed.add(key)),
            gradientOf("mid", (key, gradient) -> model.last.forward(gradient))),
        () -> Tape.record(List.of(), tape -> tape.backward(model.loss(x))));
    assertEquals(List.of("last"), observed);
  }

  @Test
  void idsHaveNone() {
    Embedding table =
        new Embedding(Weights.of((key, shape) -> uniform(shape.toArray())).at("table"), 3, 2);
    Tensor ids = Tensor.of(new long[] {2, 0}, 2);
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Activations.with(take("*:input"), () -> table.forward(ids)));
    assertEquals(
        "gradientOf '*:input': only F32 and F64 have gradients, and table:input is Tensor(I64 [2])",
        error.getMessage());
    assertTrue(keys.isEmpty());
  }
}
