package cadj.autograd.graph;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What a tape tells of itself.
class TapeListenerTest {
  private final Tensor a = Tensor.of(new float[] {1, 2}, 2);
  private final Tensor b = Tensor.of(new float[] {3, -1}, 2);

  /// Notes everything in a line; tensors get letters in the order in which they appear.
  private final class Notes implements TapeListener {
    private final Map<Tensor, String> names = new HashMap<>(Map.of(a, "a", b, "b"));
    private final List<String> lines = new ArrayList<>();
    private final List<float[]> gradients = new ArrayList<>();

    private String name(Tensor tensor) {
      return names.computeIfAbsent(tensor, it -> "t" + names.size());
    }

    @Override
    public void operation(String name, List<Tensor> inputs, Tensor output) {
      lines.add(
          "%s %s → %s".formatted(name, inputs.stream().map(this::name).toList(), name(output)));
    }

    @Override
    public void block(String name, Tensor inner, Tensor output) {
      lines.add("%s: %s is %s".formatted(name, name(inner), name(output)));
    }

    @Override
    public void gradient(Tensor output, Tensor gradient) {
      lines.add("gradient of " + name(output));
      gradients.add(gradient.toFloats());
    }
  }

  private Notes notes(Supplier<Tensor> value) {
    Notes notes = new Notes();
    Tape.toldTo(notes, () -> Tape.record(List.of(a, b), tape -> tape.backward(value.get())));
    return notes;
  }

  @Test
  void operationsAndGradientsAreTold() {
    Tensor constant = Tensor.of(new float[] {10, 100}, 2);
    Notes notes = notes(() -> sum(mul(add(a, b), add(constant, constant))));
    assertEquals(
        List.of(
            "add [a, b] → t2",
            "mul [t2, t3] → t4",
            "sum [t4] → t5",
            "gradient of t5",
            "gradient of t4",
            "gradient of t2"),
        notes.lines);
    assertArrayEquals(new float[] {20, 200}, notes.gradients.getLast());
  }

  @Test
  void aBlocksOperationsAreToldAndItsResultsIdentity() {
    Notes notes = notes(() -> sum(Tape.block("twice", in -> silu(silu(in[0])), a)));
    assertEquals(
        List.of(
            "silu [a] → t2",
            "silu [t2] → t3",
            "twice: t3 is t4",
            "sum [t4] → t5",
            "gradient of t5",
            "gradient of t4",
            "gradient of t3",
            "gradient of t2"),
        notes.lines);
  }

  @Test
  void whatIsComputedAgainIsToldOnceAsOneOperation() {
    Notes notes = notes(() -> sum(Tape.checkpoint("twice", in -> silu(mul(in[0], b)), a)));
    assertEquals(
        List.of("twice [a, b] → t2", "sum [t2] → t3", "gradient of t3", "gradient of t2"),
        notes.lines);
  }

  /// Frozen values, noGrad, and tapes outside are not told of.
  @Test
  void onlyWhatIsRecordedInsideIsTold() {
    Notes notes = notes(() -> sum(add(a, Tape.noGrad(() -> mul(b, b)))));
    assertEquals("add [a, t2] → t3", notes.lines.getFirst());
    assertEquals(4, notes.lines.size());
    int before = notes.lines.size();
    Tape.record(List.of(a), tape -> tape.backward(sum(a)));
    assertEquals(before, notes.lines.size());
  }
}
