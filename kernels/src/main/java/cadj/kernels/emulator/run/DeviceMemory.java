package cadj.kernels.emulator.run;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All device memory, by address.
public final class DeviceMemory {
  private static final int ALIGNMENT = 256;

  /// Bytes beyond an allocation within which an address is taken to be meant for it.
  private static final long NEAR = 1 << 20;

  private final TreeMap<Long, Allocation> allocations = new TreeMap<>();
  private final boolean tracked;

  /// @param tracked whether to remember which bytes are initialised
  public DeviceMemory(boolean tracked) {
    this.tracked = tracked;
  }

  public long allocate(long bytes) {
    Allocation allocation = new Allocation(bytes, ALIGNMENT, tracked);
    allocations.put(allocation.start(), allocation);
    return allocation.start();
  }

  public void free(long address) {
    Allocation allocation = allocations.remove(address);
    if (allocation == null) {
      throw new EmulatorException("free: 0x%x was not allocated".formatted(address));
    }
    allocation.free();
  }

  public void freeAll() {
    allocations.values().forEach(Allocation::free);
    allocations.clear();
  }

  /// Says how much of the allocation at `address` is in use from now on.
  public void resize(long address, long bytes) {
    Allocation allocation = allocations.get(address);
    if (allocation == null || bytes > allocation.capacity()) {
      throw new EmulatorException(
          "%d bytes in use at 0x%x: %s".formatted(bytes, address, whereabouts(address)));
    }
    allocation.resize(bytes);
  }

  /// The allocation that `count` bytes from `address` lie in, or null.
  public @Nullable Allocation find(long address, long count) {
    Map.Entry<Long, Allocation> below = allocations.floorEntry(address);
    return below != null && below.getValue().holds(address, count) ? below.getValue() : null;
  }

  public Allocation require(String operation, long address, long count) {
    Allocation found = find(address, count);
    if (found == null) {
      throw new EmulatorException(
          "%s: %d bytes at 0x%x: %s".formatted(operation, count, address, whereabouts(address)));
    }
    return found;
  }

  /// Where an address lies that it should not.
  String whereabouts(long address) {
    if (address == 0) {
      return "a null pointer";
    }
    Map.Entry<Long, Allocation> below = allocations.floorEntry(address);
    Map.Entry<Long, Allocation> above = allocations.higherEntry(address);
    long past = below == null ? Long.MAX_VALUE : address - below.getValue().end();
    long before = above == null ? Long.MAX_VALUE : above.getKey() - address;
    if (below != null && past <= Math.min(before, below.getValue().bytes() + NEAR)) {
      return after(address, below.getValue());
    }
    return above == null || before > NEAR
        ? "not device memory"
        : "%d bytes before %d allocated at 0x%x"
            .formatted(before, above.getValue().bytes(), above.getKey());
  }

  private static String after(long address, Allocation it) {
    long past = address - it.end();
    if (past < 0) {
      return "byte %d of %d allocated at 0x%x"
          .formatted(address - it.start(), it.bytes(), it.start());
    }
    return it.isFreed()
        ? "byte %d of what was allocated at 0x%x and is freed".formatted(past, it.start())
        : "%d bytes past the end of %d allocated at 0x%x".formatted(past, it.bytes(), it.start());
  }
}
