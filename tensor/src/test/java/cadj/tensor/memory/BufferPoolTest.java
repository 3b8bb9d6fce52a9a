package cadj.tensor.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BufferPoolTest {
  private final BufferPool pool = new BufferPool();

  @Test
  void givesTheSameArrayAgain() {
    F32 first = F32.of(pool.take(DType.F32, 5000));
    pool.give(first);
    F32 second = F32.of(pool.take(DType.F32, 5001));
    assertSame(first.array(), second.array());
    assertEquals(5001, second.length());
    assertEquals(F32.AHEAD, first.offset());
    assertEquals(F32.AHEAD, second.offset());
    assertNotSame(first.array(), F32.of(pool.take(DType.F32, 5000)).array());
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
    pool.forget(doubles);
    assertEquals(0, pool.liveBytes());
  }

  @Test
  void trimmingForgetsIdleArrays() {
    F32 first = F32.of(pool.take(DType.F32, 5000));
    pool.give(first);
    pool.trim();
    assertNotSame(first.array(), F32.of(pool.take(DType.F32, 5000)).array());
  }

  @Test
  void capacityWastesAtMostAnEighth() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      int length = random.nextInt(1, 1 << random.nextInt(1, 31));
      int capacity = BufferPool.capacity(length);
      assertTrue(capacity >= length, () -> "length " + length + " in " + capacity);
      assertTrue(capacity - length <= length / 8, () -> "length " + length + " in " + capacity);
    }
    int most = Integer.MAX_VALUE - 8 - F32.AHEAD; // which an array can hold
    assertEquals(most, BufferPool.capacity(most - 1));
    assertEquals(0, BufferPool.capacity(0));
  }
}
