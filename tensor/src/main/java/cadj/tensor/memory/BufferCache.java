package cadj.tensor.memory;

import cadj.kernels.device.Buffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/// Keeps buffers that can be read again, up to a number of bytes.
///
/// A model's layers use their weights in the same order again and again. Where not all fit, keeping
/// the latest would keep none until its next turn; so the first to come stay, and those for which
/// there is no room pass through a few bytes set aside for the latest. What stayed but was not used
/// for [#ROUNDS] rounds, such as a text encoder's weights while pictures are denoised, makes room.
///
/// A buffer let go of is left to the garbage collector: whoever computes with it still has it.
public final class BufferCache {
  /// Uses of all storages of the cache, about: a backward pass uses weights twice, with blocks
  /// computed again three times.
  private static final int ROUNDS = 6;

  /// Part of the bytes that is set aside for the latest.
  private static final int LATEST_SHARE = 8;

  private static final Set<BufferCache> ALL =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final long capacity;
  private final Map<Storage, Entry> staying = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Storage, Entry> latest = new LinkedHashMap<>(16, 0.75f, true);
  private long stayingBytes;
  private long latestBytes;
  private long peakBytes;
  private int storages;
  private long uses;
  private long reads;

  private static final class Entry {
    private final Buffer buffer;
    private long lastUse;

    Entry(Buffer buffer, long lastUse) {
      this.buffer = buffer;
      this.lastUse = lastUse;
    }

    long bytes() {
      return (long) buffer.length() * buffer.dtype().bytes();
    }
  }

  /// @param capacity bytes of buffers kept
  public BufferCache(long capacity) {
    this.capacity = capacity;
    ALL.add(this);
  }

  synchronized void register() {
    storages++;
  }

  /// The buffer of `storage`: kept, or read by `source`.
  synchronized Buffer get(Storage storage, Supplier<Buffer> source) {
    uses++;
    Entry found = staying.get(storage);
    if (found == null) {
      found = latest.get(storage);
    }
    if (found != null) {
      found.lastUse = uses;
      return found.buffer;
    }
    reads++;
    Entry entry = new Entry(BufferPool.shared().withRoom(source), uses);
    if (makesRoom(entry.bytes())) {
      staying.put(storage, entry);
      stayingBytes += entry.bytes();
    } else {
      latest.put(storage, entry);
      latestBytes += entry.bytes();
      shrinkLatest();
    }
    peakBytes = Math.max(peakBytes, heldBytes());
    return entry.buffer;
  }

  /// Whether `bytes` more can stay, after what was not used for long has gone.
  private boolean makesRoom(long bytes) {
    long room = capacity - capacity / LATEST_SHARE;
    Iterator<Entry> oldest = staying.values().iterator();
    while (stayingBytes + bytes > room && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (uses - entry.lastUse <= (long) ROUNDS * storages) {
        break;
      }
      stayingBytes -= entry.bytes();
      oldest.remove();
    }
    return stayingBytes + bytes <= room;
  }

  /// The very latest is kept whatever its size: it is in use.
  private void shrinkLatest() {
    Iterator<Entry> oldest = latest.values().iterator();
    while (latestBytes > capacity / LATEST_SHARE && latest.size() > 1) {
      latestBytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  /// Lets go of everything.
  public synchronized void release() {
    staying.clear();
    latest.clear();
    stayingBytes = 0;
    latestBytes = 0;
  }

  /// Forgets the buffer of one storage.
  synchronized void forget(Storage storage) {
    Entry stayed = staying.remove(storage);
    stayingBytes -= stayed == null ? 0 : stayed.bytes();
    Entry passed = latest.remove(storage);
    latestBytes -= passed == null ? 0 : passed.bytes();
  }

  public synchronized long heldBytes() {
    return stayingBytes + latestBytes;
  }

  /// Largest [#heldBytes] so far.
  public synchronized long peakBytes() {
    return peakBytes;
  }

  public long capacity() {
    return capacity;
  }

  /// How often a buffer was read.
  public synchronized long reads() {
    return reads;
  }

  /// Bytes that the caches of this process may still come to hold.
  public static long pledgedBytes() {
    synchronized (ALL) {
      return ALL.stream().mapToLong(cache -> Math.max(0, cache.capacity - cache.heldBytes())).sum();
    }
  }

  /// Lets go of what all caches hold: for when the heap is exhausted.
  public static void releaseAll() {
    synchronized (ALL) {
      ALL.forEach(BufferCache::release);
    }
  }
}
