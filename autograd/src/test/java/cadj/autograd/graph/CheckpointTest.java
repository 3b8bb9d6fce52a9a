package cadj.autograd.graph;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class CheckpointTest {
  private final SplittableRandom random = new SplittableRandom(5);
  private final Tensor x = normal(4, 300);
  private final Tensor w = normal(300);
  private final Tensor v = normal(4, 1);

  /// y = silu(silu(h·w)·v), w and v captured.
  private Tensor layer(Tensor h) {
    return silu(mul(silu(mul(h, w)), v));
  }

  @Test
  void equalsPlainBitForBit() {
    assertSameGradients(() -> layer(x), () -> Tape.checkpoint("layer", in -> layer(in[0]), x));
  }

  @Test
  void inputThatIsAnIntermediateValue() {
    assertSameGradients(
        () -> layer(silu(x)), () -> Tape.checkpoint("layer", in -> layer(in[0]), silu(x)));
  }

  @Test
  void capturedIntermediateValueIsFollowed() {
    assertSameGradients(
        () -> {
          Tensor h = silu(x);
          return mul(layer(x), h);
        },
        () -> {
          Tensor h = silu(x);
          return Tape.checkpoint("gate", in -> mul(in[0], h), layer(x));
        });
  }

  @Test
  void onlyCapturedValuesWatched() {
    Tensor frozen = normal(4, 300);
    assertSameGradients(
        () -> layer(frozen), () -> Tape.checkpoint("layer", in -> layer(in[0]), frozen));
  }

  @Test
  void oneInsideAnother() {
    assertSameGradients(
        () -> layer(layer(x)),
        () ->
            Tape.checkpoint(
                "outer", in -> Tape.checkpoint("inner", h -> layer(h[0]), layer(in[0])), x));
  }

  @Test
  void nothingButAnotherInside() {
    assertSameGradients(
        () -> layer(x),
        () -> Tape.checkpoint("outer", in -> Tape.checkpoint("inner", h -> layer(h[0]), in[0]), x));
  }

  @Test
  void oneAfterAnother() {
    Function<Tensor[], Tensor> block = in -> silu(mul(in[0], v));
    assertSameGradients(
        () -> block.apply(new Tensor[] {block.apply(new Tensor[] {x})}),
        () -> Tape.checkpoint("second", block, Tape.checkpoint("first", block, x)));
  }

  @Test
  void blockThatReturnsItsInput() {
    assertSameGradients(
        () -> mul(x, w),
        () ->
            mul(
                Tape.checkpoint(
                    "nothing",
                    in -> {
                      Scope.run("unused", () -> mul(in[0], w));
                      return in[0];
                    },
                    x),
                w));
  }

  @Test
  void blockThatReturnsItsInputUnread() {
    assertSameGradients(
        () -> mul(x, w),
        () ->
            mul(
                Tape.checkpoint(
                    "nothing",
                    in -> {
                      Scope.run("unused", () -> mul(w, v));
                      return in[0];
                    },
                    x),
                w));
  }

  @Test
  void sameInputTwice() {
    assertSameGradients(
        () -> mul(x, x), () -> Tape.checkpoint("square", in -> mul(in[0], in[1]), x, x));
  }

  @Test
  void sparinglyEqualsPlain() {
    Supplier<Tensor> twoBlocks =
        () ->
            Tape.block(
                "second", in -> silu(mul(in[0], v)), Tape.block("first", in -> layer(in[0]), x));
    List<float[]> plain =
        Tape.record(leaves(), tape -> floats(tape.backward(sum(twoBlocks.get()))));
    List<float[]> sparing =
        Tape.within(
            0, () -> Tape.record(leaves(), tape -> floats(tape.backward(sum(twoBlocks.get())))));
    assertEqualBits(plain, sparing);
  }

  /// At exactly the bound, and beyond it.
  @Test
  void blocksAreKeptWholeUpToTheBound() {
    int[] runs = new int[2];
    for (int i = 0; i < 2; i++) {
      int at = i;
      Scope.run(
          "test",
          () ->
              Tape.within(
                  BufferPool.shared().liveBytes() - at,
                  () ->
                      Tape.record(
                          leaves(),
                          tape -> tape.backward(sum(counted(runs, at))).of(x).elements())));
    }
    assertArrayEquals(new int[] {1, 2}, runs);
  }

  private Tensor counted(int[] runs, int at) {
    return Tape.block(
        "layer",
        in -> {
          runs[at]++;
          return layer(in[0]);
        },
        x);
  }

  /// Forward, and in the backward pass with the block around it; there it is kept whole.
  @Test
  void aBlockInsideABlockRunsTwice() {
    int[] runs = new int[1];
    Tape.within(
        -1,
        () ->
            Tape.record(
                leaves(),
                tape -> {
                  Tensor y = Tape.block("outer", in -> silu(counted(runs, 0)), x);
                  return tape.backward(sum(y)).of(x).elements();
                }));
    assertArrayEquals(new int[] {2}, runs);
  }

  /// Made in a scope that ends before the backward pass, and not tracked.
  @Test
  void inputsOutliveTheirScope() {
    assertSameGradients(
        () -> mul(x, silu(v.detach())),
        () ->
            Scope.keep(
                "forward",
                () -> Tape.checkpoint("product", in -> mul(in[0], in[1]), x, silu(v.detach()))));
  }

  @Test
  void nothingIsRememberedWhereNothingIsWatched() {
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(normal(1)),
                tape -> {
                  long before = BufferPool.shared().liveBytes();
                  Scope.run("block", () -> Tape.checkpoint("layer", in -> layer(in[0]), x));
                  assertEquals(before, BufferPool.shared().liveBytes());
                  return null;
                }));
  }

  @Test
  void keepsLessMemoryThanPlain() {
    long plain = liveAfterForward(this::layer);
    long sparing = liveAfterForward(h -> Tape.checkpoint("layer", in -> layer(in[0]), h));
    long activation = 4L * x.elements();
    assertEquals(3 * activation, plain - sparing, "what three of the four operations keep");
  }

  /// Bytes in use after two layers whose values nobody else holds.
  private long liveAfterForward(Function<Tensor, Tensor> oneLayer) {
    long[] live = new long[1];
    Scope.run(
        "test",
        () ->
            Tape.record(
                leaves(),
                tape -> {
                  long before = BufferPool.shared().liveBytes();
                  Tensor y = Scope.keep("forward", () -> oneLayer.apply(x));
                  live[0] = BufferPool.shared().liveBytes() - before;
                  Gradients g = tape.backward(sum(y));
                  assertTrue(g.reached(w));
                  return null;
                }));
    return live[0];
  }

  @Test
  void unusedLeafStaysUnreached() {
    Tensor other = normal(3);
    Gradients g =
        Tape.record(
            List.of(x, other),
            tape -> tape.backward(sum(Tape.checkpoint("layer", in -> layer(in[0]), x))));
    assertTrue(g.reached(x));
    assertFalse(g.reached(other));
  }

  private void assertSameGradients(Supplier<Tensor> plain, Supplier<Tensor> checkpointed) {
    long before = BufferPool.shared().liveBytes();
    List<List<float[]>> results = new ArrayList<>();
    for (Supplier<Tensor> value : List.of(plain, checkpointed)) {
      Scope.run(
          "test",
          () ->
              results.add(
                  Tape.record(
                      leaves(),
                      tape -> {
                        Tensor y = value.get();
                        List<float[]> all = floats(tape.backward(sum(y)));
                        all.add(y.toFloats());
                        return all;
                      })));
    }
    assertEqualBits(results.get(0), results.get(1));
    assertEquals(before, BufferPool.shared().liveBytes(), "bytes in use");
  }

  private static void assertEqualBits(List<float[]> expected, List<float[]> got) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < got.size(); i++) {
      assertArrayEquals(expected.get(i), got.get(i), "gradient " + i);
    }
  }

  private List<Tensor> leaves() {
    return List.of(x, w, v);
  }

  private List<float[]> floats(Gradients g) {
    List<float[]> all = new ArrayList<>();
    for (Tensor leaf : leaves()) {
      all.add(g.reached(leaf) ? g.of(leaf).toFloats() : new float[0]);
    }
    return all;
  }

  private Tensor normal(int... dims) {
    float[] values = new float[Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return Tensor.of(values, dims);
  }
}
