package cadj.autograd.graph;

import static cadj.autograd.graph.Activations.observe;
import static cadj.autograd.graph.Activations.replace;
import static cadj.autograd.graph.AttentiveModel.HEADS;
import static cadj.autograd.graph.AttentiveModel.WIDTH;
import static cadj.autograd.graph.AttentiveModel.uniform;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Pointwise.square;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObserveTest {
  private final Tensor x = uniform(2, 3, WIDTH);
  private final AttentiveModel model = new AttentiveModel(DType.F64);
  private final Map<String, Tensor> seen = new LinkedHashMap<>();
  private final List<String> keys = new ArrayList<>();

  private Intervention copy(String glob) {
    return observe(glob, (key, value) -> seen.put(key, Scope.outside(value::copy)));
  }

  private Intervention note(String glob) {
    return observe(glob, (key, value) -> keys.add(key));
  }

  @Test
  void inputAndOutputOfALayer() {
    Activations.with(List.of(copy("first"), copy("first:input")), () -> model.forward(x));
    Tensor weight = model.parameter("first.weight");
    Tensor bias = model.parameter("first.bias");
    double[] expected = new double[x.elements()];
    for (int at = 0; at < expected.length; at++) {
      int o = at % WIDTH;
      int row = at / WIDTH;
      expected[at] = bias.get(o);
      for (int i = 0; i < WIDTH; i++) {
        expected[at] += x.get(row / 3, row % 3, i) * weight.get(o, i);
      }
    }
    assertEquals(List.of("first:input", "first"), List.copyOf(seen.keySet()));
    assertArrayEquals(x.toDoubles(), seen.get("first:input").toDoubles());
    assertArrayEquals(expected, seen.get("first").toDoubles(), 1e-12);
  }

  @Test
  void starsMeanOutputsInTheOrderInWhichTheyAreComputed() {
    Activations.with(note("**"), () -> model.forward(x));
    assertEquals(List.of("first", "mid", "last"), keys);
  }

  /// softmax(q·kᵀ/√2) by head, with q = h and k = h/2.
  @Test
  void probabilities() {
    Activations.with(
        List.of(copy("mid:input"), copy("mid.attn:probabilities")), () -> model.forward(x));
    Tensor h = seen.get("mid:input");
    Tensor p = seen.get("mid.attn:probabilities");
    assertEquals(Shape.of(2, HEADS, 3, 3), p.shape());
    for (int row = 0; row < 2 * HEADS * 3; row++) {
      int n = row / 3 / HEADS;
      int head = row / 3 % HEADS;
      int i = row % 3;
      double[] e = new double[3];
      for (int j = 0; j < 3; j++) {
        double score = 0;
        for (int d = 2 * head; d < 2 * head + 2; d++) {
          score += h.get(n, i, d) * h.get(n, j, d) / 2;
        }
        e[j] = Math.exp(score / Math.sqrt(2));
      }
      for (int j = 0; j < 3; j++) {
        assertEquals(e[j] / Arrays.stream(e).sum(), p.get(n, head, i, j), 1e-6);
      }
    }
  }

  /// Fused kernels stay. Single precision shows it: an attention in two halves rounds otherwise.
  @Test
  void changesNoBit() {
    AttentiveModel single = new AttentiveModel(DType.F32);
    Tensor in = uniform(2, 9, WIDTH).to(DType.F32);
    float[] plain = single.forward(in).toFloats();
    List<Intervention> all = List.of(note("**"), note("**:input"), note("**:probabilities"));
    assertArrayEquals(plain, Activations.with(all, () -> single.forward(in)).toFloats());
    Intervention same = replace("**:probabilities", (key, value) -> value);
    float[] inHalves = Activations.with(same, () -> single.forward(in)).toFloats();
    assertArrayEquals(plain, inHalves, 1e-4f);
    assertFalse(Arrays.equals(plain, inHalves), "replaced probabilities were not used");
  }

  @Test
  void normThatIsFusedWithItsActivation() {
    Weights weights = Weights.of((key, shape) -> uniform(shape.toArray()));
    GroupNorm norm = new GroupNorm(weights.at("norm"), 2, WIDTH, 1);
    Tensor image = uniform(2, WIDTH, 3, 3);
    double[] z = norm.forward(image).toDoubles();
    double[] y =
        Activations.with(List.of(copy("**"), copy("**:input")), () -> norm.forwardSilu(image))
            .toDoubles();
    double[] doubled =
        Activations.with(
                replace("norm", (key, value) -> scale(value, 2)), () -> norm.forwardSilu(image))
            .toDoubles();
    assertEquals(List.of("norm:input", "norm"), List.copyOf(seen.keySet()));
    assertArrayEquals(image.toDoubles(), seen.get("norm:input").toDoubles());
    assertArrayEquals(z, seen.get("norm").toDoubles(), 1e-12);
    for (int i = 0; i < z.length; i++) {
      assertEquals(z[i] / (1 + Math.exp(-z[i])), y[i], 1e-12);
      assertEquals(2 * z[i] / (1 + Math.exp(-2 * z[i])), doubled[i], 1e-12);
    }
  }

  /// In the backward pass, checkpointed blocks run again.
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void onceWithABackwardPass(long room) {
    Tape.within(
        room,
        () ->
            Activations.with(
                List.of(note("**"), note("**:probabilities")),
                () ->
                    Tape.record(
                        model.parameters(),
                        tape -> tape.backward(model.loss(x)).of(model.parameter("first.weight")))));
    assertEquals(List.of("first", "mid.attn:probabilities", "mid", "last"), keys);
  }

  /// A scope that a checkpointed block opens itself, each time it runs.
  @Test
  void onceFromWithinACheckpoint() {
    Tape.record(
        model.parameters(),
        tape -> {
          Tensor loss =
              Tape.checkpoint(
                  "all", in -> Activations.with(note("last"), () -> model.loss(in[0])), x);
          return tape.backward(loss).of(model.parameter("first.weight"));
        });
    assertEquals(List.of("last"), keys);
  }

  @Test
  void aModuleThatRunsTwiceIsSeenTwice() {
    Activations.with(note("last"), () -> model.forward(model.forward(x)));
    assertEquals(List.of("last", "last"), keys);
  }

  @Test
  void whatAnObserverComputesIsNotRecorded() {
    long plain = liveAfterForward(observe("first", (key, value) -> {}));
    long computing = liveAfterForward(observe("first", (key, value) -> square(square(value))));
    assertEquals(plain, computing);
  }

  private long liveAfterForward(Intervention intervention) {
    long[] live = new long[1];
    Scope.run(
        "test",
        () ->
            Activations.with(
                intervention,
                () ->
                    Tape.record(
                        model.parameters(),
                        tape -> {
                          long before = BufferPool.shared().liveBytes();
                          Scope.keep("forward", () -> model.loss(x));
                          live[0] = BufferPool.shared().liveBytes() - before;
                          return null;
                        })));
    return live[0];
  }

  @Test
  void whatAnObserverRunsIsNotAnnounced() {
    Intervention running =
        observe(
            "**",
            (key, value) -> {
              keys.add(key);
              model.last.forward(x);
            });
    Activations.with(running, () -> model.forward(x));
    assertEquals(List.of("first", "mid", "last"), keys);
  }

  @Test
  void errorsComeThrough() {
    Intervention failing =
        observe(
            "mid",
            (key, value) -> {
              throw new IllegalStateException("at " + key);
            });
    var error =
        assertThrows(
            IllegalStateException.class, () -> Activations.with(failing, () -> model.forward(x)));
    assertEquals("at mid", error.getMessage());
  }
}
