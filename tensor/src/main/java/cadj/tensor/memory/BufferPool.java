package cadj.tensor.memory;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Keeps freed `float[]` arrays for reuse, since a fresh array costs a zeroing and page faults.
///
/// Arrays are filed by capacity, rounded up in steps of an eighth of a power of two. Contents are
/// whatever the last user left. When the heap is exhausted the idle arrays, and what a
/// [BufferCache] holds, are dropped and the allocation tried once more. Counts the bytes in use and
/// their peak.
public final class BufferPool {
  private static final BufferPool SHARED = new BufferPool();
  private static final int SMALLEST_POOLED = 1024;

  /// What the longest array of a virtual machine has room for.
  private static final int MOST = Integer.MAX_VALUE - 8 - F32.AHEAD;

  private final Map<Integer, Deque<F32>> idle = new HashMap<>();
  private long liveBytes;
  private long peakBytes;

  BufferPool() {}

  /// The process's pool.
  public static BufferPool shared() {
    return SHARED;
  }

  /// A buffer of `length` elements with undefined contents (zeros, where not pooled).
  synchronized Buffer take(DType dtype, int length) {
    Buffer buffer = dtype == DType.F32 ? takeFloats(length) : Buffer.allocate(dtype, length);
    liveBytes += bytes(buffer);
    peakBytes = Math.max(peakBytes, liveBytes);
    return buffer;
  }

  private Buffer takeFloats(int length) {
    int capacity = capacity(length);
    Deque<F32> stack = idle.get(capacity);
    if (stack != null && !stack.isEmpty()) {
      return stack.pop().slice(0, length);
    }
    try {
      return F32.allocate(capacity).slice(0, length);
    } catch (OutOfMemoryError exhausted) {
      idle.clear();
      BufferCache.releaseAll();
      return F32.allocate(capacity).slice(0, length);
    }
  }

  /// Takes back what [#take] gave; nobody may use it afterwards.
  synchronized void give(Buffer buffer) {
    liveBytes -= bytes(buffer);
    if (buffer instanceof F32(float[] array, int offset, int length) && length >= SMALLEST_POOLED) {
      assert poison(array);
      F32 whole = new F32(array, offset, capacity(length));
      idle.computeIfAbsent(whole.length(), c -> new ArrayDeque<>()).push(whole);
    }
  }

  /// With assertions on, freed memory is NaN, so that a use of it shows.
  private static boolean poison(float[] array) {
    Arrays.fill(array, Float.NaN);
    return true;
  }

  /// Stops counting a buffer that will not come back.
  synchronized void forget(Buffer buffer) {
    liveBytes -= bytes(buffer);
  }

  static int capacity(int length) {
    if (length < SMALLEST_POOLED) {
      return length;
    }
    int step = Integer.highestOneBit(length) >>> 3;
    long rounded = (long) Math.ceilDiv(length, step) * step;
    return (int) Math.max(length, Math.min(rounded, MOST));
  }

  private static long bytes(Buffer buffer) {
    return (long) buffer.length() * buffer.dtype().bytes();
  }

  /// Bytes of tensors now in use.
  public synchronized long liveBytes() {
    return liveBytes;
  }

  /// Largest [#liveBytes] since the last [#resetPeak].
  public synchronized long peakBytes() {
    return peakBytes;
  }

  public synchronized void resetPeak() {
    peakBytes = liveBytes;
  }

  /// Drops idle arrays, so that the collector can have them.
  public synchronized void trim() {
    idle.clear();
  }
}
