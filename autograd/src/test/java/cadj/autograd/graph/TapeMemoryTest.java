package cadj.autograd.graph;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Slice.slice;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who frees what, when: bytes in use, counted at each point.
final class TapeMemoryTest {
  private static final int N = 5000;
  private static final long BYTES = 4L * N;

  private final Tensor x = Tensor.of(new float[N], N);
  private final Tensor w = Tensor.of(new float[N], N);
  private final long before = live();

  @AfterEach
  void everyByteIsBack() {
    assertEquals(before, live());
  }

  @Test
  void intermediatesAreFreedWithTheirScopeWithoutTape() {
    Scope.run(
        "test",
        () -> {
          Scope.keep("layers", () -> silu(mul(silu(x), w)));
          assertEquals(before + BYTES, live());
        });
  }

  @Test
  void keptValuesSurviveTheirScopeUntilBackward() {
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(w),
                tape -> {
                  // mul keeps silu(x), and silu keeps mul's result.
                  Tensor y = Scope.keep("layers", () -> silu(mul(silu(x), w)));
                  assertEquals(before + 3 * BYTES, live());
                  Gradients g = tape.backward(y, x);
                  assertEquals(before + 2 * BYTES, live(), "y and one gradient");
                  assertArrayEquals(new float[N], g.of(w).toFloats());
                  return null;
                }));
  }

  @Test
  void frozenFactorsNeedNotBeKept() {
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(x),
                tape -> {
                  Tensor loss = Scope.keep("layers", () -> sum(mul(scale(x, 2), scale(w, 2))));
                  assertEquals(before + BYTES + 4, live(), "the frozen factor and the loss");
                  return loss;
                }));
  }

  @Test
  void tapeWithoutBackwardReleasesAtItsEnd() {
    Tape.record(List.of(w), tape -> Scope.keep("layers", () -> sum(silu(mul(silu(x), w)))));
  }

  @Test
  void aBlockThatFailsReleasesWhatItKept() {
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(w),
                tape ->
                    assertThrows(
                        IllegalStateException.class,
                        () ->
                            Tape.block(
                                "failing",
                                in -> {
                                  silu(mul(in[0], w));
                                  throw new IllegalStateException();
                                },
                                x))));
  }

  @Test
  void aBlockWhoseResultDependsOnNothingWatchedReleasesWhatItKept() {
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(w),
                tape ->
                    Tape.block(
                        "frozen",
                        in -> {
                          silu(mul(in[0], w));
                          return silu(in[0]);
                        },
                        x)));
  }

  /// However often a value is used, its old sums are not kept.
  @Test
  void sumsOfContributionsAreFreedAsTheyGrow() {
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(x),
                tape -> {
                  Tensor y = scale(x, 2);
                  for (int i = 0; i < 20; i++) {
                    y = add(y, scale(x, 3));
                  }
                  Tensor loss = sum(y);
                  long forward = live();
                  BufferPool.shared().resetPeak();
                  Gradients g = tape.backward(loss);
                  // dy made dense, the newest contribution, the sum before and the sum after.
                  long peak = BufferPool.shared().peakBytes() - forward;
                  assertTrue(peak <= 4 * BYTES + 64, () -> "backward took " + peak);
                  assertEquals(62, g.of(x).get(7));
                  return null;
                }));
  }

  @Test
  void gradientsAreFreedAsTheyAreConsumed() {
    Scope.run(
        "test",
        () -> {
          BufferPool.shared().resetPeak();
          Tape.record(
              List.of(x),
              tape -> {
                Tensor y = x;
                for (int i = 0; i < 50; i++) {
                  y = scale(y, 0.5f);
                }
                Tensor last = y;
                return Scope.keep("walk", () -> tape.backward(sum(last)));
              });
          long forward = 50 * BYTES;
          // At the peak a step's dy and dx lie beside the forward values, and the two scalars.
          long peak = BufferPool.shared().peakBytes() - before - forward;
          assertTrue(peak <= 2 * BYTES + 64, () -> "backward took " + peak);
        });
  }

  /// However often a value is used, there is one sum of its gradients, and the next while it is
  /// made.
  @Test
  void sumsAreFreedAsTheyAreReplaced() {
    Scope.run(
        "step",
        () ->
            Tape.record(
                List.of(x),
                tape -> {
                  Tensor y = scale(x, 0.5f);
                  for (int i = 0; i < 50; i++) {
                    y = add(y, scale(x, 0.5f));
                  }
                  Tensor loss = sum(y);
                  long forward = live();
                  BufferPool.shared().resetPeak();
                  Gradients g = tape.backward(loss);
                  float[] expected = new float[N];
                  Arrays.fill(expected, 25.5f);
                  assertArrayEquals(expected, g.of(x).toFloats());
                  long peak = BufferPool.shared().peakBytes() - forward;
                  assertTrue(peak <= 4 * BYTES + 64, () -> "backward took " + peak);
                  return null;
                }));
  }

  @Test
  void gradientsMoveOutOfTheirScope() {
    Scope.run(
        "step",
        () -> {
          Gradients g =
              Scope.keep(
                  "backward of loss",
                  () -> Tape.record(List.of(w), tape -> tape.backward(sum(mul(w, x)))));
          assertArrayEquals(new float[N], g.of(w).toFloats());
          assertEquals(before + BYTES, live());
        });
  }

  @Test
  void useAfterCloseNamesScopeAndShape() {
    List<Tensor> leaked = new ArrayList<>();
    Scope.run("denoise 17", () -> leaked.add(silu(x)));
    assertEquals(
        "tensor [5000] used after scope 'denoise 17' closed",
        assertThrows(IllegalStateException.class, () -> silu(leaked.getFirst())).getMessage());
  }

  @Test
  void failureInForwardFrees() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Tape.record(
                List.of(w),
                tape ->
                    Scope.keep(
                        "layers",
                        () -> mul(silu(mul(silu(x), w)), Tensor.zeros(DType.F32, Shape.of(3))))));
  }

  /// An operation whose backward rule fails.
  private record Failing() implements Op {
    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public Tensor forward(Saved saved, Tensor... in) {
      return saved.keep(in[0].copy(), in[0]);
    }

    @Override
    public Tensor[] backward(Saved saved, Tensor dy) {
      dy.copy();
      throw new IllegalStateException("no derivative today");
    }
  }

  @Test
  void failureInBackwardFrees() {
    assertThrows(
        IllegalStateException.class,
        () ->
            Scope.run(
                "step",
                () ->
                    Tape.record(
                        List.of(w),
                        tape -> tape.backward(sum(silu(Op.apply(new Failing(), silu(w))))))));
  }

  @Test
  void failureInACheckpointedBlockFrees() {
    assertThrows(
        IllegalStateException.class,
        () ->
            Scope.run(
                "step",
                () ->
                    Tape.record(
                        List.of(w),
                        tape ->
                            tape.backward(
                                sum(
                                    Tape.checkpoint(
                                        "block",
                                        in -> silu(Op.apply(new Failing(), silu(in[0]))),
                                        w))))));
  }

  /// Skip connections: views of one gradient, some consumed before others.
  @Test
  void gradientsThatAreViewsLiveAsLongAsNeeded() {
    float[] values = new float[N];
    Arrays.fill(values, 1);
    Tensor one = Tensor.of(values, N);
    Scope.run(
        "step",
        () -> {
          Gradients g =
              Tape.record(
                  List.of(one),
                  tape -> {
                    Tensor h = scale(one, 2);
                    Tensor skip = scale(h, 3);
                    Tensor y = cat(0, scale(h, 5), skip, slice(skip, 0, 0, 10));
                    return tape.backward(y, Tensor.full(DType.F32, y.shape(), 1));
                  });
          float[] expected = new float[N];
          for (int i = 0; i < N; i++) {
            expected[i] = 2 * (5 + 3 * (i < 10 ? 2 : 1));
          }
          assertArrayEquals(expected, g.of(one).toFloats());
        });
  }

  private static long live() {
    return BufferPool.shared().liveBytes();
  }
}
