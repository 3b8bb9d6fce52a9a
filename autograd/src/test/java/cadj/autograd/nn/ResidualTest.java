package cadj.autograd.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Intervention;
import cadj.autograd.graph.Tape;
import cadj.autograd.graph.TapeListener;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is added to a module's output is added by its kernel, but for those who act on the output:
/// they see it without.
final class ResidualTest {
  private static final SplittableRandom RANDOM = new SplittableRandom(5);
  private static final Weights WEIGHTS = Weights.of((key, shape) -> normal(shape.toArray()));

  /// A module `layer`, what is added to it, and the operations that are recorded where nobody looks
  /// and where somebody does.
  record Case(
      String name,
      Tensor x,
      Tensor addend,
      Residual.Forward forward,
      List<String> fused,
      List<String> apart) {
    Tensor run() {
      return forward.apply(x, addend);
    }

    /// The output alone.
    Tensor plain() {
      return forward.apply(x, null);
    }

    /// The addend at each element of the output.
    float[] added() {
      float[] each = addend.toFloats();
      int count = plain().elements();
      float[] all = new float[count];
      for (int i = 0; i < count; i++) {
        all[i] = each[i * each.length / count];
      }
      return all;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Linear linear = new Linear(WEIGHTS.at("layer"), 3, 4);
    Conv2d conv = new Conv2d(WEIGHTS.at("layer"), 3, 4, 3, Window.same(1));
    Linear inner = new Linear(WEIGHTS.at("layer.out"), 3, 4);
    return Stream.of(
        new Case(
            "linear",
            normal(2, 5, 3),
            normal(2, 5, 4),
            linear::forward,
            List.of("linear"),
            List.of("linear", "add")),
        new Case(
            "convolution",
            normal(2, 3, 5, 4),
            normal(2, 4, 5, 4),
            conv::forward,
            List.of("conv2d"),
            List.of("conv2d", "add")),
        new Case(
            "convolution and a value per image",
            normal(2, 3, 5, 4),
            normal(2, 4),
            (x, shift) -> shift == null ? conv.forward(x) : conv.forwardShifted(x, shift),
            List.of("conv2d"),
            List.of("conv2d", "reshape", "add")),
        new Case(
            "module that ends in a linear layer",
            normal(2, 5, 3),
            normal(2, 5, 4),
            (x, r) -> Residual.module("layer", x, r, inner::forward),
            List.of("linear"),
            List.of("linear", "add")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isAddedByTheKernelWhereNobodyLooks(Case it) {
    assertEquals(it.fused, operations(it, it::run));
    assertArrayEquals(sum(it.plain().toFloats(), it.added()), it.run().toFloats());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void observersSeeTheOutputAloneAndChangeNoBit(Case it) {
    Map<String, float[]> seen = new LinkedHashMap<>();
    float[] value =
        Activations.with(
                List.of(
                    Activations.observe("layer:input", (key, t) -> seen.put(key, t.toFloats())),
                    Activations.observe("layer", (key, t) -> seen.put(key, t.toFloats()))),
                it::run)
            .toFloats();
    assertEquals(List.of("layer:input", "layer"), List.copyOf(seen.keySet()));
    assertArrayEquals(it.x.toFloats(), seen.get("layer:input"));
    assertArrayEquals(it.plain().toFloats(), seen.get("layer"));
    assertArrayEquals(it.run().toFloats(), value);
    assertEquals(it.apart, operations(it, () -> observed("layer", it)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void otherKeysChangeNothing(Case it) {
    assertEquals(it.fused, operations(it, () -> observed("layer:input", it)));
  }

  private static Tensor observed(String glob, Case it) {
    return Activations.with(Activations.observe(glob, (key, value) -> {}), it::run);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itIsAddedToAReplacement(Case it) {
    Intervention zero =
        Activations.replace("layer", (key, own) -> Tensor.zeros(own.dtype(), own.shape()));
    assertArrayEquals(it.added(), Activations.with(zero, it::run).toFloats());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreTheSameByTheOutputAndWithoutLooking(Case it) {
    List<Tensor> watched = List.of(it.x, it.addend);
    List<float[]> output = new ArrayList<>();
    Tensor seed = normal(it.plain().shape().toArray());
    Gradients fused = Tape.record(watched, tape -> tape.backward(it.run(), seed));
    Gradients apart =
        Activations.with(
            Activations.gradientOf("layer", (key, dy) -> output.add(dy.toFloats())),
            () -> Tape.record(watched, tape -> tape.backward(it.run(), seed)));
    assertArrayEquals(seed.toFloats(), output.getFirst());
    for (Tensor each : watched) {
      assertArrayEquals(apart.of(each).toFloats(), fused.of(each).toFloats());
    }
  }

  /// A checkpointed block runs again as it ran: what was observed is computed apart then, too.
  @Test
  void theSecondRunOfABlockIsAsTheFirst() {
    Case it = cases().toList().getLast();
    List<String> runs = new ArrayList<>();
    Residual.Forward traced =
        (x, r) -> {
          runs.add(r == null ? "apart" : "fused");
          return it.forward.apply(x, r);
        };
    Activations.with(
        Activations.observe("block", (key, value) -> {}),
        () ->
            Tape.record(
                List.of(it.x),
                tape -> {
                  Tensor y =
                      Tape.checkpoint(
                          "checkpoint",
                          in -> Residual.module("block", in[0], it.addend, traced),
                          it.x);
                  return tape.backward(y, normal(y.shape().toArray()));
                }));
    assertEquals(List.of("apart", "apart"), runs);
  }

  private static List<String> operations(Case it, Supplier<Tensor> run) {
    List<String> names = new ArrayList<>();
    TapeListener listener =
        new TapeListener() {
          @Override
          public void operation(String name, List<Tensor> inputs, Tensor output) {
            names.add(name);
          }

          @Override
          public void block(String name, Tensor inner, Tensor output) {}

          @Override
          public void gradient(Tensor output, Tensor gradient) {}
        };
    Scope.run(
        "run",
        () ->
            Tape.toldTo(listener, () -> Tape.record(List.of(it.x, it.addend), tape -> run.get())));
    return names;
  }

  private static float[] sum(float[] a, float[] b) {
    float[] out = a.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] += b[i];
    }
    return out;
  }

  private static Tensor normal(int... dims) {
    float[] values = new float[Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) RANDOM.nextGaussian();
    }
    return Tensor.of(values, dims);
  }
}
