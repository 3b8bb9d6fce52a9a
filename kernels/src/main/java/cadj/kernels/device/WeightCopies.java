package cadj.kernels.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Copies of weights in the order in which a kernel or a library reads them, kept from call to
/// call.
///
/// ```java
/// try (WeightCopy filter = gpu.weightCopies().of(weight, layout, length, to -> turn(to, weight))) {
///   multiply(…, filter.buffer(), …);
/// }
/// ```
///
/// A copy belongs to the weight's [GpuBlock]: a write to the block drops it, and so does the end of
/// the block, so that none is ever older than the weight. One is kept only when it is asked for a
/// second time with nothing written in between: weights that change with every step are turned anew
/// as they come. Kept copies count among the pool's bytes in use and take up to 1/[#SHARE] of the
/// device's memory; when an allocation fails they are all given up, and no more are kept then.
/// Copies of weights in half precision are never kept: who stores them so is short of memory.
///
/// Results do not depend on what is kept.
public final class WeightCopies {
  private static final int SHARE = 8;

  private final Gpu gpu;
  private final GpuPool pool;
  private final Set<Kept> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean memoryWasShort;
  private boolean paused;
  private long keptBytes;
  private long dropped;

  WeightCopies(Gpu gpu, GpuPool pool) {
    this.gpu = gpu;
    this.pool = pool;
  }

  /// A copy of `weight`, made by `make` or kept from an earlier call.
  ///
  /// @param layout all that `make` depends on beside the weight's values; compared by `equals`
  /// @param length of the copy
  /// @param make writes all of the buffer it is given
  public WeightCopy of(Buffer weight, Object layout, int length, Consumer<GpuF32> make) {
    @Nullable Kept place = null;
    boolean askedBefore = false;
    if (weight instanceof GpuF32 it && it.gpu() == gpu) {
      synchronized (pool) {
        place = it.block().copies.get(this, it.address(), it.length(), layout);
        if (place.buffer != null) {
          place.users++;
          return new WeightCopy(place.buffer, place);
        }
        askedBefore = place.asked;
        place.asked = true;
      }
    }
    GpuF32 made = gpu.allocate(length);
    try {
      make.accept(made);
    } catch (RuntimeException | Error e) {
      gpu.free(made);
      throw e;
    }
    if (place == null || !askedBefore || !keep(place, made)) {
      return new WeightCopy(made, null);
    }
    return new WeightCopy(made, place);
  }

  private boolean keep(Kept place, GpuF32 made) {
    if (paused) {
      return false;
    }
    synchronized (pool) {
      long bytes = GpuPool.blockSize((long) made.length() * Float.BYTES);
      long memory = gpu.driver().freeBytes() + pool.heldBytes();
      if (memoryWasShort
          || place.dropped
          || place.buffer != null
          || keptBytes + bytes > memory / SHARE) {
        return false;
      }
      place.buffer = made;
      place.bytes = bytes;
      place.users = 1;
      kept.add(place);
      keptBytes += bytes;
      return true;
    }
  }

  /// Keeps no more copies from now on, or does so again: while launches are recorded to be run
  /// later, what they write is not there yet.
  public void pause(boolean pause) {
    paused = pause;
  }

  /// Changes whenever a kept copy is dropped. Launches that were recorded with the addresses of
  /// copies may be run again only while this stays the same.
  public long dropped() {
    synchronized (pool) {
      return dropped;
    }
  }

  /// Bytes of the copies kept now.
  public long keptBytes() {
    synchronized (pool) {
      return keptBytes;
    }
  }

  /// Gives up all copies that no call is using, for good.
  void giveUp() {
    synchronized (pool) {
      memoryWasShort = true;
      List<Kept> all = new ArrayList<>(kept);
      all.forEach(Kept::drop);
    }
  }

  /// A copy that is kept, or has been asked for.
  static final class Kept {
    private final WeightCopies owner;
    private boolean asked;
    private boolean dropped;

    private @Nullable GpuF32 buffer;
    private long bytes;
    private int users;

    Kept(WeightCopies owner) {
      this.owner = owner;
    }

    /// Its memory is free once nobody uses it.
    void drop() {
      synchronized (owner.pool) {
        dropped = true;
        if (owner.kept.remove(this)) {
          owner.keptBytes -= bytes;
          owner.dropped++;
        }
        giveIfUnused();
      }
    }

    void release() {
      synchronized (owner.pool) {
        users--;
        giveIfUnused();
      }
    }

    private void giveIfUnused() {
      if (dropped && users == 0 && buffer != null) {
        owner.pool.leaveToCollector(); // whose thread this may be
        owner.pool.giveCollected(buffer.address());
        buffer = null;
      }
    }
  }
}
