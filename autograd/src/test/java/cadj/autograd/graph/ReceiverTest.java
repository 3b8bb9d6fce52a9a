package cadj.autograd.graph;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Derivatives handed out one by one are those that are returned together, each once, when
/// complete, and freed.
class ReceiverTest {
  private final Tensor a = Tensor.of(new float[] {1, -2, 3}, 3);
  private final Tensor b = Tensor.of(new float[] {0.5f, 4, -1}, 3);
  private final Tensor unused = Tensor.of(new float[] {7}, 1);

  /// a is read by a block, by a checkpoint, and outside; b by the checkpoint and outside.
  private Tensor value() {
    Tensor inBlock = Tape.block("block", in -> square(mul(in[0], a)), a);
    Tensor inCheckpoint = Tape.checkpoint("checkpoint", in -> mul(mul(in[0], b), a), inBlock);
    return sum(add(mul(inCheckpoint, b), a));
  }

  private static Map<Tensor, float[]> receive(List<Tensor> watched, Supplier<Tensor> value) {
    Map<Tensor, float[]> received = new HashMap<>();
    Tape.record(
        watched,
        tape -> {
          tape.backward(
              value.get(),
              (w, gradient) -> {
                boolean again = received.put(w, gradient.toFloats()) != null;
                assertTrue(!again, "handed twice");
              });
          return null;
        });
    return received;
  }

  @Test
  void theSameAsTogether() {
    List<Tensor> watched = List.of(a, b, unused);
    Map<Tensor, float[]> received = receive(watched, this::value);
    Gradients together = Tape.record(watched, tape -> tape.backward(value()));
    assertEquals(2, received.size());
    assertArrayEquals(together.of(a).toFloats(), received.get(a));
    assertArrayEquals(together.of(b).toFloats(), received.get(b));
  }

  @Test
  void valueThatIsWatched() {
    assertArrayEquals(new float[] {1}, receive(List.of(unused), () -> unused).get(unused));
  }

  @Test
  void valueHasOneElement() {
    assertThrows(IllegalArgumentException.class, () -> receive(List.of(a), () -> square(a)));
  }

  /// The last layer's weight is complete first; by the next, its gradient's memory is free again.
  @Test
  void oneAtATime() {
    int size = 1 << 16;
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      weights.add(Tensor.full(a.dtype(), Shape.of(size), 1f));
    }
    List<Tensor> order = new ArrayList<>();
    List<Long> live = new ArrayList<>();
    Scope.run(
        "test",
        () ->
            Tape.record(
                weights,
                tape -> {
                  Tensor x = Tensor.full(a.dtype(), Shape.of(size), 0.5f);
                  for (Tensor w : weights) {
                    x = mul(x, w);
                  }
                  tape.backward(
                      sum(x),
                      (w, gradient) -> {
                        order.add(w);
                        live.add(Storage.liveBytes());
                      });
                  return null;
                }));
    assertEquals(weights.reversed(), order);
    for (int i = 1; i < live.size(); i++) {
      assertTrue(live.get(i) <= live.getFirst(), "in use at each gradient: " + live);
    }
  }
}
