package cadj.tensor.memory;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
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
    int size = Slab.size(length);
    Slab.Part part = null;
    for (Slab slab : slabs) {
      part = slab.shorter(size, part);
    }
    if (part != null) {
      return part.slab().take(part.at(), length);
    }
    Slab slab = allocate(size);
    slabs.add(slab);
    byArray.put(slab.array(), slab);
    return slab.take(F32.AHEAD, length);
  }

  private Slab allocate(int size) {
    int share = Math.clamp(heldFloats() / SLAB_SHARE, FIRST_SLAB, LARGEST_SLAB);
    if (share > size) {
      try {
        return new Slab(share);
      } catch (OutOfMemoryError tooMuch) {
        // there may be room for the size
      }
    }
    return withRoom(() -> new Slab(size));
  }

  /// Runs `allocation`; if the heap is exhausted once more, after the idle slabs and what a
  /// [BufferCache] holds are dropped.
  public <T> T withRoom(Supplier<T> allocation) {
    try {
      return allocation.get();
    } catch (OutOfMemoryError exhausted) {
      trim();
      BufferCache.releaseAll();
      return allocation.get();
    }
  }

  private long heldFloats() {
    return slabs.stream().mapToLong(Slab::floats).sum();
  }

  /// Takes back what [#take] gave; nobody may use it afterwards.
  synchronized void give(Buffer buffer) {
    Slab slab = slabOf(buffer);
    if (slab != null) {
      slab.give(F32.of(buffer));
    }
    liveBytes -= bytes(buffer);
  }

  /// Whose window a buffer is, or null if it was not pooled.
  private @Nullable Slab slabOf(Buffer buffer) {
    return buffer instanceof F32 window ? byArray.get(window.array()) : null;
  }

  /// Takes back what [#take] gave, for a copy in an array of its own, which the garbage collector
  /// may have one day. What was not pooled is returned as it is.
  synchronized Buffer release(Buffer buffer) {
    Buffer own = slabOf(buffer) == null ? buffer : withRoom(() -> copy(F32.of(buffer)));
    give(buffer);
    return own;
  }

  private static F32 copy(F32 window) {
    F32 copy = F32.allocate(window.length());
    System.arraycopy(window.array(), window.offset(), copy.array(), copy.offset(), copy.length());
    return copy;
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

  /// Drops slabs that are wholly idle, so that the collector can have them. One of which a window
  /// is in use stays whole, however short the window.
  public synchronized void trim() {
    slabs.removeIf(Slab::isIdle);
    byArray.values().retainAll(slabs);
  }
}
