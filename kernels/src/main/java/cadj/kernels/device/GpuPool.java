package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
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
/// numbers lie on the device may not collect for long. Counts the bytes in use and their peak;
/// those of a [Graph] are in use until it is closed.
public final class GpuPool implements AutoCloseable {
  private static final long SMALLEST = 512;

  /// How long, and how often, what the collector has found is waited for.
  private static final long PAUSE_MILLISECONDS = 20;

  private static final int PAUSES = 25;

  private final Driver driver;
  private final IdleBlocks idle = new IdleBlocks();
  private final Map<Long, Long> sizes = new HashMap<>();

  /// The graphs' blocks, whether in use by others too (then in `sizes`) or not.
  private final Map<Long, GraphMemory> ofGraphs = new HashMap<>();

  /// Of the graph that is being recorded, or null.
  private @Nullable GraphMemory captured;

  /// Blocks of no graph that were given back while one was recorded, and their sizes: the recording
  /// must not have them.
  private final Map<Long, Long> putOff = new HashMap<>();

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
    long address = captured == null ? block(size) : block(size, captured);
    driver.resized(address, bytes);
    sizes.put(address, size);
    if (recorder != null) {
      recorder.taken(this, address, size, liveBytes);
    }
    return address;
  }

  private long block(long size) {
    Long known = idle.pop(size);
    long address = known != null ? known : allocate(size);
    use(size);
    return address;
  }

  private void use(long size) {
    liveBytes += size;
    peakBytes = Math.max(peakBytes, liveBytes);
  }

  /// For the graph that is recorded: nothing can be given back to the device meanwhile.
  private long block(long size, GraphMemory graph) {
    Long own = graph.idle.pop(size);
    if (own != null) {
      return own;
    }
    Long known = idle.pop(size);
    long address;
    try {
      address = known != null ? known : driver.allocate(size);
    } catch (DeviceOutOfMemoryException full) {
      throw new CaptureRefusedException("memory of its own: " + full.getMessage(), full);
    }
    graph.blocks.put(address, size);
    ofGraphs.put(address, graph);
    use(size);
    return address;
  }

  /// From now on all blocks are a graph's, until [#endCapture].
  synchronized GraphMemory beginCapture() {
    if (captured != null) {
      throw new IllegalStateException("a graph is being recorded");
    }
    captured = new GraphMemory();
    return captured;
  }

  synchronized void endCapture() {
    captured = null;
    putOff.forEach(this::makeIdle);
    putOff.clear();
  }

  /// Takes the blocks of a graph back, but for those that others use: they will give them back.
  synchronized void release(GraphMemory graph) {
    graph.blocks.forEach(
        (address, size) -> {
          ofGraphs.remove(address);
          if (!sizes.containsKey(address)) {
            makeIdle(address, size);
          }
        });
    graph.blocks.clear();
  }

  private void makeIdle(long address, long size) {
    liveBytes -= size;
    driver.resized(address, 0);
    idle.push(size, address);
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
    collected.put(address, giveBack(address, false));
  }

  /// The collector's thread is not recorded, so the next to take memory tells what has come back.
  private void reportCollected(@Nullable Recorder recorder) {
    if (recorder != null) {
      collected.forEach((address, size) -> recorder.given(this, address, size, liveBytes));
    }
    collected.clear();
  }

  synchronized void give(long address) {
    long size = giveBack(address, true);
    Recorder recorder = Recording.current();
    if (recorder != null) {
      recorder.given(this, address, size, liveBytes);
    }
  }

  /// @param inOrder whether the stream's next work may have the block: what the collector finds, it
  ///   finds at any time, which is no part of a recording
  private long giveBack(long address, boolean inOrder) {
    Long size = sizes.remove(address);
    if (size == null) {
      throw new IllegalStateException("freed twice, or never allocated: 0x%x".formatted(address));
    }
    GraphMemory owner = ofGraphs.get(address);
    if (owner != null && owner == captured) {
      if (inOrder) {
        driver.resized(address, 0);
        owner.idle.push(size, address);
      }
    } else if (owner == null && captured != null) {
      putOff.put(address, size);
    } else if (owner == null) {
      makeIdle(address, size);
    }
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
    return liveBytes + idle.bytes();
  }

  /// Frees what can be done without, and returns it with all idle blocks to the driver, for others
  /// that need memory.
  ///
  /// @throws CaptureRefusedException while a graph is recorded, which may need it
  synchronized void giveUpIdle() {
    if (captured != null) {
      throw new CaptureRefusedException("the device is full while a graph is recorded");
    }
    whenShort.run();
    trim();
  }

  /// Returns idle blocks to the driver.
  public synchronized void trim() {
    idle.drain(driver::free);
  }

  @Override
  public synchronized void close() {
    trim();
    ofGraphs.keySet().stream().filter(it -> !sizes.containsKey(it)).forEach(driver::free);
    ofGraphs.clear();
    sizes.keySet().forEach(driver::free);
    sizes.clear();
    liveBytes = 0;
  }
}
