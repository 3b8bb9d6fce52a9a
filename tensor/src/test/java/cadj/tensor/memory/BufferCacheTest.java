package cadj.tensor.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tensors of 1000 floats, each full of its number.
final class BufferCacheTest {
  private static final int BYTES = 4000;

  @Test
  void allThatFitsIsReadOnce() {
    BufferCache cache = new BufferCache(8 * 10 * BYTES / 7 + 1);
    List<Tensor> tensors = tensors(10, cache);
    for (int round = 0; round < 3; round++) {
      use(tensors);
    }
    assertEquals(10, cache.reads());
    assertEquals(10 * BYTES, cache.heldBytes());
  }

  /// The least recently used would go just before its next turn: all would be read in every round.
  @Test
  void aPartThatFitsIsReadOnce() {
    BufferCache cache = new BufferCache(8 * BYTES);
    List<Tensor> tensors = tensors(10, cache);
    for (int round = 0; round < 5; round++) {
      use(tensors);
    }
    assertEquals(10 + 4 * 3, cache.reads()); // seven stay, one of eight parts is for the others
    assertEquals(8 * BYTES, cache.heldBytes());
    assertEquals(8 * BYTES, cache.peakBytes());
  }

  @Test
  void whatIsNotUsedAnyMoreMakesRoom() {
    BufferCache cache = new BufferCache(8 * BYTES);
    List<Tensor> early = tensors(7, cache);
    List<Tensor> late = tensors(7, cache);
    use(early);
    for (int round = 0; round < 20; round++) {
      use(late);
    }
    long before = cache.reads();
    use(late);
    assertEquals(before, cache.reads());
  }

  @Test
  void withoutRoomTheLatestIsStillHeld() {
    BufferCache cache = new BufferCache(0);
    Tensor tensor = tensors(1, cache).getFirst();
    assertSame(F32.of(tensor.memory()).array(), F32.of(tensor.memory()).array());
    use(tensors(3, cache));
    assertEquals(BYTES, cache.heldBytes());
  }

  @Test
  void anArrayInUseIsNotTouchedWhenLetGo() {
    BufferCache cache = new BufferCache(0);
    List<Tensor> tensors = tensors(3, cache);
    F32 held = F32.of(tensors.getFirst().denseBuffer());
    use(tensors);
    cache.release();
    use(tensors);
    assertEquals(0, held.get(999));
  }

  /// Scopes free what was made in them, and a pin keeps it; neither concerns what is read again.
  @Test
  void outlivesScopes() {
    BufferCache cache = new BufferCache(0);
    List<Tensor> made = new ArrayList<>();
    Scope.run("read", () -> made.addAll(tensors(2, cache)));
    Scope.run("use", () -> use(made));
    assertEquals(1, made.get(1).get(0));
  }

  @Test
  void overwritingIsRefused() {
    Tensor tensor = tensors(2, new BufferCache(1 << 20)).get(1);
    Tensor other = Tensor.full(DType.F32, Shape.of(1000), 7);
    var error = assertThrows(IllegalStateException.class, () -> tensor.copyFrom(other));
    assertTrue(error.getMessage().contains("--memory"), error.getMessage());
    assertEquals(1, tensor.get(0));
  }

  @Test
  void whatIsMadeOfThemIsMadeAgain() {
    BufferCache cache = new BufferCache(0);
    List<Tensor> tensors = tensors(3, cache);
    int[] times = {0};
    Tensor more =
        tensors
            .get(2)
            .changed(
                w -> {
                  times[0]++;
                  return Tensor.full(DType.F32, w.shape(), (float) w.get(5) + 0.5f);
                });
    assertEquals(0, times[0]);
    for (int round = 1; round <= 3; round++) {
      assertEquals(2.5, more.get(7));
      use(tensors);
      assertEquals(round, times[0]);
    }
    assertEquals(3, Tensor.scalar(1).changed(w -> Tensor.scalar(3)).item());
  }

  @Test
  void mustReadWhatWasAnnounced() {
    BufferCache cache = new BufferCache(0);
    Tensor tensor = Tensor.reread(DType.F32, Shape.of(2), cache, () -> Tensor.of(new float[3], 3));
    var error = assertThrows(IllegalArgumentException.class, tensor::toFloats);
    assertEquals("reread: announced as F32 [2], got Tensor(F32 [3])", error.getMessage());
  }

  @Test
  void pledgesWhatItMayStillHold() {
    BufferCache.releaseAll();
    long before = BufferCache.pledgedBytes();
    BufferCache cache = new BufferCache(10 * BYTES);
    assertEquals(before + 10 * BYTES, BufferCache.pledgedBytes());
    List<Tensor> two = tensors(2, cache);
    use(two);
    assertEquals(before + 8 * BYTES, BufferCache.pledgedBytes());
    BufferCache.releaseAll();
    assertEquals(before + 10 * BYTES, BufferCache.pledgedBytes());
    assertEquals(2, two.size() + cache.heldBytes());
  }

  private static List<Tensor> tensors(int count, BufferCache cache) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float value = i;
      out.add(
          Tensor.reread(
              DType.F32,
              Shape.of(1000),
              cache,
              () -> Tensor.full(DType.F32, Shape.of(1000), value)));
    }
    return out;
  }

  private static void use(List<Tensor> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      float[] expected = new float[1000];
      Arrays.fill(expected, i);
      assertArrayEquals(expected, tensors.get(i).toFloats());
    }
  }
}
