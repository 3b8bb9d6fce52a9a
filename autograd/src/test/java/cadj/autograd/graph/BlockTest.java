package cadj.autograd.graph;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What a block keeps, when it is checkpointed, and in which order its gradients are summed.
final class BlockTest {
  private static final int N = 5000;
  private static final long BYTES = 4L * N;

  private final Tensor x = full(1);
  private final Tensor w = full(2);

  /// silu keeps its input h·w, and mul, for the gradient by w, its input h.
  private Tensor layer(Tensor h) {
    return silu(mul(h, w));
  }

  /// A block whose input nobody else holds.
  private Tensor block() {
    return Scope.keep("test", () -> Tape.block("layer", in -> layer(in[0]), scale(x, 3)));
  }

  @Test
  void keepsWhatItsOperationsKeepWhileThereIsRoom() {
    assertEquals(3 * BYTES, kept(this::block), "the result, h and h·w");
    assertEquals(2 * BYTES, kept(() -> Tape.within(0, this::block)), "the result and the input");
  }

  /// The block's input is in use already when the room is asked for.
  @Test
  void thereIsRoomForABlockUpToTheLastByte() {
    long inUse = Storage.liveBytes() + BYTES;
    assertEquals(3 * BYTES, kept(() -> Tape.within(inUse, this::block)));
    assertEquals(2 * BYTES, kept(() -> Tape.within(inUse - 1, this::block)));
  }

  /// In single precision (1e8 + (1 − 1e8)) is 0, and ((1e8 − 1e8) + 1) would be 1.
  @Test
  void gradientsAreSummedWithinTheBlockFirst() {
    Function<Tensor[], Tensor> twoUses = in -> add(scale(in[0], 1), scale(in[0], -1e8f));
    Supplier<Tensor> value = () -> add(Tape.block("two uses", twoUses, x), scale(x, 1e8f));
    assertArrayEquals(new float[N], gradients(value).of(x).toFloats());
    assertArrayEquals(new float[N], Tape.within(0, () -> gradients(value)).of(x).toFloats());
  }

  /// The inner block reads w, which the outer one does not see.
  @Test
  void aBlockInsideABlockIsFollowedToWhatItReads() {
    Gradients plain = gradients(() -> layer(x));
    Gradients nested =
        gradients(() -> Tape.block("outer", in -> Tape.block("inner", h -> layer(h[0]), in), x));
    assertArrayEquals(plain.of(w).toFloats(), nested.of(w).toFloats());
    assertArrayEquals(plain.of(x).toFloats(), nested.of(x).toFloats());
  }

  @Test
  void aBlockThatReadsNothingTrackedKeepsNothing() {
    Tensor frozen = full(5);
    assertEquals(
        BYTES,
        kept(
            () ->
                Scope.keep(
                    "test", () -> Tape.block("frozen", in -> silu(scale(in[0], 2)), frozen))),
        "the result");
  }

  @Test
  void aBlockThatReturnsItsInputKeepsNothing() {
    Supplier<Tensor> block =
        () ->
            Tape.block(
                "unused work",
                in -> {
                  layer(in[0]);
                  return in[0];
                },
                x);
    assertEquals(0, kept(block));
  }

  @Test
  void aBlockThatFailsKeepsNothing() {
    Supplier<Tensor> block =
        () ->
            Tape.block(
                "fails",
                in -> {
                  layer(scale(in[0], 3));
                  throw new IllegalStateException("out of luck");
                },
                x);
    long kept =
        kept(
            () -> {
              assertThrows(IllegalStateException.class, block::get);
              return x;
            });
    assertEquals(0, kept);
  }

  private Gradients gradients(Supplier<Tensor> value) {
    return Tape.record(List.of(x, w), tape -> tape.backward(sum(value.get())));
  }

  /// Bytes in use because of `value`, on a tape that watches x and w; all are given back.
  private long kept(Supplier<Tensor> value) {
    long[] kept = new long[1];
    long before = Storage.liveBytes();
    Scope.run(
        "test",
        () ->
            Tape.record(
                List.of(x, w),
                tape -> {
                  Tensor y = value.get();
                  kept[0] = Storage.liveBytes() - before;
                  return y;
                }));
    assertEquals(before, Storage.liveBytes());
    return kept[0];
  }

  private static Tensor full(float value) {
    float[] values = new float[N];
    Arrays.fill(values, value);
    return Tensor.of(values, N);
  }
}
