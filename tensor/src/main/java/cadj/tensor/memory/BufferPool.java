package cadj.tensor.memory;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives single-precision buffers as windows of large arrays ([Slab]) and uses them again, since a
/// fresh array costs a zeroing and page faults.
///
/// A buffer gets the shortest idle part that has room for it. Contents are whatever the last user
/// left. When the heap is exhausted the idle slabs, and what a [BufferCache] holds, are dropped and
/// the allocation tried once more. Counts the bytes in use and their peak.
public final class BufferPool {
  private static final BufferPool SHARED = new BufferPool();
  private static final int SMALLEST_POOLED = 1024;

  /// Floats of a slab, unless one buffer is longer: at first few, then a share of what there is.
  private static final int FIRST_SLAB = 1 << 16;

  private static final int LARGEST_SLAB = 1 << 24;
  private static final int SLAB_SHARE = 8;

  private final List<Slab> slabs = new ArrayList<>();
  private final IdentityHashMap<float[], Slab> byArray = new IdentityHashMap<>();
  private long liveBytes;
  private long peakBytes;

  BufferPool() {}

  /// The process's pool.
  public static BufferPool shared() {
    return SHARED;
  }

  /// A buffer of `length` elements with undefined contents (zeros, where not pooled).
  synchronized Buffer take(DType dtype, int length) {
    Buffer buffer =
        dtype == DType.F32 && length >= SMALLEST_POOLED
            ? window(length)
            : Buffer.allocate(dtype, length);
    liveBytes += bytes(buffer);
    peakBytes = Math.max(peakBytes, liveBytes);
    return buffer;
  }

  private F32 window(int length) {
    Slab best = null;
    Map.Entry<Integer, Integer> shortest = null;
    for (Slab slab : slabs) {
      Map.Entry<Integer, Integer> part = slab.shortest(Slab.size(length));
      if (part != null && (shortest == null || part.getValue() < shortest.getValue())) {
        best = slab;
        shortest = part;
      }
    }
    if (best != null && shortest != null) {
      return best.take(shortest.getKey(), length);
    }
    Slab slab = allocate(Slab.size(length));
    slabs.add(slab);
    byArray.put(slab.array(), slab);
    return slab.take(F32.AHEAD, length);
  }

  private Slab allocate(int size) {
    long share = Math.clamp(heldFloats() / SLAB_SHARE, FIRST_SLAB, LARGEST_SLAB);
    try {
      return new Slab((int) Math.max(size, share));
    } catch (OutOfMemoryError exhausted) {
      trim();
      BufferCache.releaseAll();
      return new Slab(size);
    }
  }

  private long heldFloats() {
    return slabs.stream().mapToLong(Slab::floats).sum();
  }

  /// Takes back what [#take] gave; nobody may use it afterwards.
  synchronized void give(Buffer buffer) {
    liveBytes -= bytes(buffer);
    Slab slab = slabOf(buffer);
    if (slab != null) {
      slab.give(F32.of(buffer));
    }
  }

  /// Whose window a buffer is, or null if it was not pooled.
  private @Nullable Slab slabOf(Buffer buffer) {
    return buffer instanceof F32 window ? byArray.get(window.array()) : null;
  }

  /// The values of what [#take] gave in a buffer that is not the pool's, for the garbage collector
  /// to have one day; `buffer` comes back.
  synchronized Buffer release(Buffer buffer) {
    Buffer own = buffer;
    if (buffer instanceof F32 window && slabOf(window) != null) {
      F32 copy = F32.allocate(window.length());
      System.arraycopy(window.array(), window.offset(), copy.array(), copy.offset(), copy.length());
      own = copy;
    }
    give(buffer);
    return own;
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

  /// Bytes of the arrays that buffers are windows of, used and idle.
  synchronized long heldBytes() {
    return heldFloats() * Float.BYTES;
  }

  /// Drops idle slabs, so that the collector can have them.
  public synchronized void trim() {
    slabs.removeIf(Slab::isIdle);
    byArray.values().retainAll(slabs);
  }
}
