package cadj.kernels.emulator.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Device memory: a piece of the process's own, at its own address. If tracked, it has a byte for
/// each of its bytes that says whether that is initialised.
public final class Allocation {
  /// Holds no address.
  public static final Allocation NONE = new Allocation();

  private static final byte YES = 1;
  private static final long ALL_YES = 0x0101010101010101L;
  private static final int JUNK = 0xb5;

  private final Arena arena;
  private final MemorySegment memory;
  private final @Nullable MemorySegment initialised;
  private final long start;
  private long bytes;
  private boolean whole;

  private Allocation() {
    arena = Arena.global();
    memory = MemorySegment.NULL;
    initialised = null;
    start = 1;
  }

  @SuppressWarnings("MustBeClosed") // the arena lives as long as this
  Allocation(long bytes, int alignment, boolean tracked) {
    arena = Arena.ofShared();
    memory = arena.allocate(Math.max(1, bytes), alignment);
    initialised = tracked ? arena.allocate(memory.byteSize(), Long.BYTES) : null;
    start = memory.address();
    this.bytes = bytes;
  }

  public long start() {
    return start;
  }

  /// First address after the bytes in use.
  long end() {
    return start + bytes;
  }

  long bytes() {
    return bytes;
  }

  /// Bytes that there are, in use or not.
  public long capacity() {
    return memory.byteSize();
  }

  /// Whether nothing of it is in use: it waits in a pool.
  boolean isFreed() {
    return bytes == 0;
  }

  /// So many bytes are in use from now on, none of them initialised.
  void resize(long to) {
    bytes = to;
    whole = false;
    if (initialised != null) {
      initialised.fill((byte) 0);
      memory.fill((byte) JUNK);
    }
  }

  public boolean holds(long address, long count) {
    return address >= start && address - start <= bytes - count;
  }

  public boolean isInitialised(long address, long count) {
    if (initialised == null || whole) {
      return true;
    }
    long flags = initialised.address() + address - start;
    return switch ((int) count) {
      case 4 -> RawMemory.load32(flags, 0) == (int) ALL_YES;
      case 8 -> RawMemory.load64(flags, 0) == ALL_YES;
      case 16 -> RawMemory.load64(flags, 0) == ALL_YES && RawMemory.load64(flags, 8) == ALL_YES;
      default -> firstUninitialised(address, count) < 0;
    };
  }

  public void markInitialised(long address, long count) {
    if (initialised == null || whole) {
      return;
    }
    whole = address == start && count == bytes;
    if (count == Integer.BYTES) {
      RawMemory.store32(initialised.address() + address - start, (int) ALL_YES, 0);
    } else if (!whole) {
      initialised.asSlice(address - start, count).fill(YES);
    }
  }

  /// First byte of those given that is not initialised, from the allocation's start, or −1.
  public long firstUninitialised(long address, long count) {
    for (long i = address - start; i < address - start + count; i++) {
      if (initialised != null && !whole && initialised.get(ValueLayout.JAVA_BYTE, i) != YES) {
        return i;
      }
    }
    return -1;
  }

  /// Copies what is known of the bytes from `from` on to those at `to`.
  public void copyInitialised(long to, Allocation other, long from, long count) {
    if (initialised == null || other.initialised == null || other.whole) {
      markInitialised(to, count);
      return;
    }
    if (whole) {
      initialised.fill(YES);
      whole = false;
    }
    MemorySegment.copy(other.initialised, from - other.start, initialised, to - start, count);
  }

  void free() {
    arena.close();
  }
}
