package cadj.tensor.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BufferPoolTest {
  private final BufferPool pool = new BufferPool();

  private F32 take(int length) {
    return F32.of(pool.take(DType.F32, length));
  }

  @Test
  void whatCameBackIsUsedAgain() {
    F32 first = take(5000);
    pool.give(first);
    F32 second = take(5001);
    assertSame(first.array(), second.array());
    assertEquals(first.offset(), second.offset());
    assertEquals(5001, second.length());
  }

  @Test
  void aBufferBeginsAtACacheLineAndHasOneOfNobodyBehindIt() {
    List<F32> windows = IntStream.of(5000, 5001, 5015, 5016, 1024).mapToObj(this::take).toList();
    for (int i = 0; i < windows.size(); i++) {
      F32 window = windows.get(i);
      assertEquals(F32.AHEAD, window.offset() % 16, "offset " + window.offset());
      if (i > 0) {
        F32 before = windows.get(i - 1);
        assertSame(before.array(), window.array());
        int gap = window.offset() - before.offset() - before.length();
        assertTrue(gap >= 16 && gap < 32, "gap " + gap);
      }
    }
  }

  @Test
  void theShortestPartWithRoomIsTaken() {
    F32 large = take(8000);
    take(1024);
    F32 small = take(3000);
    take(1024);
    pool.give(large);
    pool.give(small);
    assertEquals(small.offset(), take(2500).offset());
    assertEquals(large.offset(), take(6000).offset());
  }

  @Test
  void theShortestPartOfAllSlabsIsTaken() {
    F32 first = take(40_000); // leaves 25,520 floats of its slab
    F32 second = take(50_000);
    F32 fits = take(10_000);
    take(5000); // leaves next to nothing of the second slab
    assertNotSame(first.array(), second.array());
    assertSame(second.array(), fits.array());
    pool.give(fits);
    F32 taken = take(9000);
    assertSame(taken.array(), fits.array());
    assertEquals(fits.offset(), taken.offset());
  }

  @Test
  void partsThatTouchAreJoined() {
    List<F32> three = Stream.generate(() -> take(3000)).limit(3).toList();
    take(1024);
    pool.give(three.get(0));
    pool.give(three.get(2));
    pool.give(three.get(1));
    assertEquals(three.getFirst().offset(), take(9000).offset());
  }

  @Test
  void whatIsLongerThanASlabHasItsOwn() {
    F32 some = take(2000);
    F32 longer = take(100_000);
    assertNotSame(some.array(), longer.array());
    assertEquals(4L * ((1 << 16) + 100_016), pool.heldBytes());
  }

  /// Takes and gives at random, and looks whether any two overlap and whether values stay.
  @Test
  void buffersAreTheirOwners() {
    SplittableRandom random = new SplittableRandom(3);
    IdentityHashMap<F32, Float> live = new IdentityHashMap<>();
    for (int i = 0; i < 3000; i++) {
      if (live.size() < 60 && random.nextInt(5) > 1) {
        F32 taken = take(random.nextInt(1024, 1 << random.nextInt(11, 17)));
        Arrays.fill(taken.array(), taken.offset(), taken.offset() + taken.length(), (float) i);
        live.put(taken, (float) i);
      } else if (!live.isEmpty()) {
        F32 given =
            live.keySet().stream().skip(random.nextInt(live.size())).findFirst().orElseThrow();
        float value = live.remove(given);
        for (int k = 0; k < given.length(); k++) {
          assertEquals(value, given.get(k));
        }
        pool.give(given);
      }
    }
    long bytes = live.keySet().stream().mapToLong(it -> 4L * it.length()).sum();
    assertEquals(bytes, pool.liveBytes());
    assertTrue(pool.heldBytes() < 2 * pool.peakBytes(), "held " + pool.heldBytes());
    live.keySet().forEach(pool::give);
    pool.trim();
    assertEquals(0, pool.heldBytes());
  }

  @Test
  void whatIsReleasedIsACopyOfItsOwn() {
    take(2000);
    F32 pooled = take(2000);
    pooled.set(0, 4);
    pooled.set(1999, 5);
    F32 own = F32.of(pool.release(pooled));
    assertNotSame(pooled.array(), own.array());
    assertEquals(2000, own.length());
    assertEquals(F32.AHEAD, own.offset());
    assertEquals(4, own.get(0));
    assertEquals(5, own.get(1999));
    assertEquals(pooled.offset(), take(2000).offset());
    Buffer few = pool.take(DType.F32, 10);
    assertSame(few, pool.release(few));
    assertEquals(16_000, pool.liveBytes());
  }

  @Test
  void writingPastTheEndIsFoundWhileAssertionsAreOn() {
    for (int past = 0; past < 16; past++) {
      F32 window = take(2001);
      window.array()[window.offset() + 2001 + past] = 0;
      AssertionError error = assertThrows(AssertionError.class, () -> pool.give(window));
      assertEquals("written past the end of a buffer of 2001 floats", error.getMessage());
    }
  }

  @Test
  void aBufferComesBackOnce() {
    F32 window = take(2000);
    pool.give(window);
    assertThrows(IllegalStateException.class, () -> pool.give(window));
  }

  @Test
  void freedMemoryIsNaNWhileAssertionsAreOn() {
    assertTrue(BufferPool.class.desiredAssertionStatus(), "tests run with assertions");
    Buffer buffer = pool.take(DType.F32, 2000);
    buffer.set(3, 1);
    pool.give(buffer);
    assertTrue(Double.isNaN(buffer.get(3)));
  }

  @Test
  void countsBytesInUseAndTheirPeak() {
    Buffer floats = pool.take(DType.F32, 3000);
    Buffer doubles = pool.take(DType.F64, 100);
    assertEquals(12_800, pool.liveBytes());
    pool.give(floats);
    assertEquals(800, pool.liveBytes());
    assertEquals(12_800, pool.peakBytes());
    pool.resetPeak();
    assertEquals(800, pool.peakBytes());
    pool.release(doubles);
    assertEquals(0, pool.liveBytes());
  }

  @Test
  void trimmingDropsWhatIsWhollyIdle() {
    F32 first = take(100_000);
    F32 second = take(100_000);
    pool.give(first);
    pool.trim();
    assertEquals(4 * 100_016L, pool.heldBytes());
    pool.give(second);
    assertSame(second.array(), take(5000).array());
  }

  @Test
  void longestArrays() {
    int most = Integer.MAX_VALUE - 8 - F32.AHEAD; // which an array can hold
    assertEquals(most, Slab.size(most));
    assertEquals(most, Slab.size(most - 20));
    assertEquals(Integer.MAX_VALUE, Slab.size(Integer.MAX_VALUE)); // which none can
  }
}
