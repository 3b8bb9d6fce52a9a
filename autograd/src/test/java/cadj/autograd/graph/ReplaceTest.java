package cadj.autograd.graph;

import static cadj.autograd.graph.Activations.observe;
import static cadj.autograd.graph.Activations.replace;
import static cadj.autograd.graph.AttentiveModel.HEADS;
import static cadj.autograd.graph.AttentiveModel.WIDTH;
import static cadj.autograd.graph.AttentiveModel.uniform;
import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Affine.shift;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.square;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplaceTest {
  private final Tensor x = uniform(2, 3, WIDTH);
  private final Tensor factor = uniform(WIDTH);
  private final AttentiveModel model = new AttentiveModel(DType.F64);
  private final List<String> keys = new ArrayList<>();

  private Tensor forward(Intervention... interventions) {
    return Activations.with(List.of(interventions), () -> model.forward(x));
  }

  /// One value from another input's run: what follows from it alone is that run's.
  @ParameterizedTest
  @ValueSource(strings = {"first:input", "first", "mid:input", "mid", "last:input", "last"})
  void byAnotherRunsValue(String key) {
    Tensor other = uniform(2, 3, WIDTH);
    Tensor[] patch = new Tensor[1];
    Activations.with(
        observe(key, (at, value) -> patch[0] = Scope.outside(value::copy)),
        () -> model.forward(other));
    Tensor patched = forward(replace(key, (at, own) -> patch[0]));
    Tensor h = model.hidden(x);
    Tensor expected =
        switch (key) {
          case "mid" -> model.last.forward(add(h, patch[0]));
          case "mid:input" -> model.last.forward(add(h, model.mid(patch[0])));
          default -> model.forward(other);
        };
    assertArrayEquals(expected.toDoubles(), patched.toDoubles(), 1e-12);
  }

  /// Each query attends to the key of its own place alone: the attention gives its values back.
  @Test
  void probabilities() {
    double[] identity = new double[2 * HEADS * 3 * 3];
    for (int row = 0; row < 2 * HEADS * 3; row++) {
      identity[row * 3 + row % 3] = 1;
    }
    Tensor itself = Tensor.of(identity, 2, HEADS, 3, 3);
    Tensor y = forward(replace("mid.attn:probabilities", (key, own) -> itself));
    Tensor expected = model.last.forward(scale(model.hidden(x), 2));
    assertArrayEquals(expected.toDoubles(), y.toDoubles(), 1e-12);
  }

  @Test
  void starsMeanOutputsOnly() {
    forward(
        replace(
            "**",
            (key, value) -> {
              keys.add(key);
              return value;
            }));
    assertEquals(List.of("first", "mid", "last"), keys);
  }

  // ---- several

  @Test
  void anInnerObserverSeesWhatAnOuterReplacementLeft() {
    double[] plain = model.forward(x).toDoubles();
    Tensor y =
        Activations.with(
            replace("last", (key, value) -> shift(value, 1)),
            () -> Activations.with(observe("last", this::copy), () -> model.forward(x)));
    assertShifted(plain, 1, y.toDoubles());
    assertShifted(plain, 1, copies.getFirst());
  }

  @Test
  void anOuterObserverSeesWhatAnInnerReplacementFound() {
    double[] plain = model.forward(x).toDoubles();
    Tensor y =
        Activations.with(
            observe("last", this::copy),
            () ->
                Activations.with(
                    replace("last", (key, value) -> shift(value, 1)), () -> model.forward(x)));
    assertShifted(plain, 1, y.toDoubles());
    assertShifted(plain, 0, copies.getFirst());
  }

  @Test
  void thoseOfOneListActInItsOrder() {
    double[] plain = model.forward(x).toDoubles();
    Tensor y =
        forward(
            observe("last", this::copy),
            replace("last", (key, value) -> shift(value, 1)),
            observe("last", this::copy),
            replace("last", (key, value) -> scale(value, 2)),
            observe("last", this::copy));
    assertShifted(plain, 0, copies.get(0));
    assertShifted(plain, 1, copies.get(1));
    for (int i = 0; i < plain.length; i++) {
      assertEquals(2 * (plain[i] + 1), copies.get(2)[i], 1e-12);
      assertEquals(2 * (plain[i] + 1), y.toDoubles()[i], 1e-12);
    }
  }

  private final List<double[]> copies = new ArrayList<>();

  private void copy(String key, Tensor value) {
    copies.add(value.toDoubles());
  }

  private static void assertShifted(double[] plain, double by, double[] got) {
    for (int i = 0; i < plain.length; i++) {
      assertEquals(plain[i] + by, got[i], 1e-12);
    }
  }

  /// A replacement may use the module that it replaces.
  @Test
  void whatAReplacementRunsIsNotReplaced() {
    Tensor other = uniform(2, 3, WIDTH);
    Tensor y = forward(replace("last", (key, own) -> model.last.forward(other)));
    assertArrayEquals(model.last.forward(other).toDoubles(), y.toDoubles());
  }

  // ---- gradients

  /// With and without checkpoints, which run again in the backward pass, after the scope's end too.
  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "9223372036854775807,true", "9223372036854775807,false"})
  void gradientsFlowThroughIt(long room, boolean scopeEndsBeforeBackward) {
    List<Intervention> interventions =
        List.of(
            replace("first", (key, value) -> mul(value, factor)),
            replace("mid.attn:probabilities", (key, value) -> square(value)));
    Supplier<Tensor> loss = () -> Activations.with(interventions, () -> model.loss(x));
    List<Tensor> watched = new ArrayList<>(model.parameters());
    watched.add(factor);
    List<double[]> gradients =
        Tape.within(
            room,
            () ->
                Tape.record(
                    watched,
                    tape -> {
                      Gradients g =
                          scopeEndsBeforeBackward
                              ? tape.backward(loss.get())
                              : Activations.with(interventions, () -> tape.backward(model.loss(x)));
                      return watched.stream().map(t -> g.of(t).toDoubles()).toList();
                    }));
    for (int w = 0; w < watched.size(); w++) {
      Tensor t = watched.get(w);
      for (int i = 0; i < t.elements(); i++) {
        assertClose(difference(t, i, loss), gradients.get(w)[i], t + " " + i);
      }
    }
  }

  private static double difference(Tensor t, int i, Supplier<Tensor> loss) {
    double h = 1e-5;
    double middle = t.memory().get(i);
    t.memory().set(i, middle + h);
    double above = loss.get().item();
    t.memory().set(i, middle - h);
    double below = loss.get().item();
    t.memory().set(i, middle);
    return (above - below) / (2 * h);
  }

  private static void assertClose(double expected, double got, String what) {
    assertEquals(expected, got, 1e-6 * (1 + Math.abs(expected)), what);
  }

  /// A constant in the stead of everything: no parameter before it has a gradient.
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void aConstantCutsGradientsOff(long room) {
    Tensor constant = uniform(2, 3, WIDTH);
    Tape.within(
        room,
        () ->
            Activations.with(
                List.of(
                    replace("first", (key, own) -> constant),
                    replace("mid", (key, own) -> constant)),
                () ->
                    Tape.record(
                        model.parameters(),
                        tape -> {
                          Gradients g = tape.backward(model.loss(x));
                          for (String key : model.weights.parameters().keySet()) {
                            assertEquals(
                                key.startsWith("last"), g.reached(model.parameter(key)), key);
                          }
                          return null;
                        })));
  }

  /// A block that runs again does so as it did first, whatever scope the backward pass is in.
  @Test
  void aScopeAroundTheBackwardPassAloneChangesNothing() {
    Tensor weight = model.parameter("first.weight");
    double[] plain =
        Tape.record(List.of(weight), tape -> tape.backward(model.loss(x)).of(weight).toDoubles());
    List<Intervention> others =
        List.of(replace("first", (key, value) -> scale(value, 9)), observe("first", this::copy));
    double[] got =
        Tape.within(
            0,
            () ->
                Tape.record(
                    List.of(weight),
                    tape -> {
                      Tensor loss = model.loss(x);
                      return Activations.with(
                          others,
                          () -> {
                            Activations.announce("first", x);
                            return tape.backward(loss).of(weight).toDoubles();
                          });
                    }));
    assertArrayEquals(plain, got, 1e-12);
    assertEquals(1, copies.size());
  }

  // ---- errors

  @Test
  void shapeAndTypeMustStay() {
    assertFails(
        "replace '**.attn:probabilities': mid.attn:probabilities is Tensor(F64 [2,2,3,3]), got"
            + " Tensor(F64 [2,3,3])",
        () ->
            forward(
                replace(
                    "**.attn:probabilities",
                    (key, own) -> Tensor.zeros(DType.F64, Shape.of(2, 3, 3)))));
    assertFails(
        "replace '*': first is Tensor(F64 [2,3,4]), got Tensor(F32 [2,3,4])",
        () -> forward(replace("*", (key, own) -> own.to(DType.F32))));
  }

  @Test
  void aGlobThatMatchesNothing() {
    assertFails(
        "no activation matches 'mid.atn:probabilities'; there are 7, such as"
            + " mid.attn:probabilities, mid:input, mid",
        () -> forward(replace("mid.atn:probabilities", (key, own) -> own)));
    assertFails(
        "no activation matches '**.last'; no module ran",
        () -> Activations.with(observe("**.last", this::copy), () -> x));
    assertFails(
        "no activation matches 'second'; there are 7, such as first:input, first, mid:input",
        () -> forward(observe("first", this::copy), observe("second", this::copy)));
  }

  private static void assertFails(String message, Runnable work) {
    var error = assertThrows(IllegalArgumentException.class, work::run);
    assertEquals(message, error.getMessage());
  }
}
