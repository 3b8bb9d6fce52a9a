package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps freed device memory for reuse, since the driver's own allocation stops the stream.
///
/// Blocks are filed by size, rounded up to 512 bytes and, above that, in steps of an eighth of a
/// power of two. As everything happens in one stream's order, a block may be handed out again while
/// the launch that used it last has not run yet. When the device is full, idle blocks are returned
/// to it and the allocation is tried once more; then kept copies of weights ([WeightCopies]) are
/// given up; then the garbage collector is asked for blocks that nobody reaches, as a host whose
/// numbers lie on the device may not collect for long. Counts the bytes in use and their peak.
public final class GpuPool implements AutoCloseable {
  private static final long SMALLEST = 512;

  /// How long, and how often, what the collector has found is waited for.
  private static final long PAUSE_MILLISECONDS = 20;

  private static final int PAUSES = 25;

  private final Driver driver;
  private final Map<Long, Deque<Long>> idle = new HashMap<>();
  private final Map<Long, Long> sizes = new HashMap<>();

  /// Blocks that the garbage collector gave back since memory was last taken, and their sizes.
  private final Map<Long, Long> collected = new LinkedHashMap<>();

  /// Frees what can be done without.
  private Runnable whenShort = () -> {};

  private int leftToCollector;
  private long liveBytes;
  private long peakBytes;

  GpuPool(Driver driver) {
    this.driver = driver;
  }

  /// Has `free` run, holding this pool's lock, when giving back idle blocks was not enough.
  void whenShort(Runnable free) {
    whenShort = free;
  }

  synchronized long take(long bytes) {
    Recorder recorder = Recording.current();
    reportCollected(recorder);
    long size = blockSize(bytes);
    Deque<Long> stack = idle.get(size);
    long address = stack != null && !stack.isEmpty() ? stack.pop() : allocate(size);
    driver.resized(address, bytes);
    sizes.put(address, size);
    liveBytes += size;
    peakBytes = Math.max(peakBytes, liveBytes);
    if (recorder != null) {
      recorder.taken(this, address, size, liveBytes);
    }
    return address;
  }

  private long allocate(long size) {
    try {
      return driver.allocate(size);
    } catch (DeviceOutOfMemoryException full) {
      trim();
    }
    try {
      return driver.allocate(size);
    } catch (DeviceOutOfMemoryException full) {
      whenShort.run();
      trim();
    }
    for (int pauses = 0; ; pauses++) {
      try {
        return driver.allocate(size);
      } catch (DeviceOutOfMemoryException full) {
        if (leftToCollector == 0 || pauses == PAUSES) {
          throw full;
        }
        if (pauses == 0) {
          System.gc();
        }
        try {
          wait(PAUSE_MILLISECONDS); // and let blocks be given back
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw full;
        }
        trim();
      }
    }
  }

  /// A block in use will come back by [#giveCollected].
  synchronized void leaveToCollector() {
    leftToCollector++;
  }

  /// As [#give], for a block that nobody reaches any more.
  synchronized void giveCollected(long address) {
    leftToCollector--;
    collected.put(address, giveBack(address));
  }

  /// The collector's thread is not recorded, so the next to take memory tells what has come back.
  private void reportCollected(@Nullable Recorder recorder) {
    if (recorder != null) {
      collected.forEach((address, size) -> recorder.given(this, address, size, liveBytes));
    }
    collected.clear();
  }

  synchronized void give(long address) {
    long size = giveBack(address);
    Recorder recorder = Recording.current();
    if (recorder != null) {
      recorder.given(this, address, size, liveBytes);
    }
  }

  private long giveBack(long address) {
    Long size = sizes.remove(address);
    if (size == null) {
      throw new IllegalStateException("freed twice, or never allocated: 0x%x".formatted(address));
    }
    liveBytes -= size;
    driver.resized(address, 0);
    idle.computeIfAbsent(size, s -> new ArrayDeque<>()).push(address);
    return size;
  }

  static long blockSize(long bytes) {
    if (bytes <= SMALLEST) {
      return SMALLEST;
    }
    long step = Math.max(SMALLEST, Long.highestOneBit(bytes) >>> 3);
    return Math.ceilDiv(bytes, step) * step;
  }

  /// Bytes of blocks now in use.
  public synchronized long liveBytes() {
    return liveBytes;
  }

  /// Largest [#liveBytes] so far.
  public synchronized long peakBytes() {
    return peakBytes;
  }

  /// Bytes of blocks in use and idle.
  synchronized long heldBytes() {
    long bytes = liveBytes;
    for (Map.Entry<Long, Deque<Long>> it : idle.entrySet()) {
      bytes += it.getKey() * it.getValue().size();
    }
    return bytes;
  }

  /// Frees what can be done without, and returns it with all idle blocks to the driver, for others
  /// that need memory.
  synchronized void giveUpIdle() {
    whenShort.run();
    trim();
  }

  /// Returns idle blocks to the driver.
  public synchronized void trim() {
    for (Deque<Long> stack : idle.values()) {
      stack.forEach(driver::free);
    }
    idle.clear();
  }

  @Override
  public synchronized void close() {
    trim();
    sizes.keySet().forEach(driver::free);
    sizes.clear();
    liveBytes = 0;
  }
}
