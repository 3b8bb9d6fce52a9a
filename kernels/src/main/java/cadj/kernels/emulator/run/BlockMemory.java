package cadj.kernels.emulator.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of a block's own and what it reads of the launch: where each begins in the process's
/// memory, and how much there is.
public final class BlockMemory {
  private static final int ALIGNMENT = 256;
  private static final int RESERVED_ALIGNMENT = 128;
  private static final byte JUNK = (byte) 0xb5;

  private final Grid grid;
  private final MemorySegment shared;
  private final MemorySegment local;
  private final int reserved;

  BlockMemory(Grid grid, Arena arena) {
    this.grid = grid;
    reserved = grid.kernel().reservedBytes();
    shared = arena.allocate(Math.max(1, sharedBytes()), ALIGNMENT);
    local = arena.allocate(Math.max(1, (long) localBytes() * grid.shape().threads()), ALIGNMENT);
  }

  /// Nobody has written shared memory.
  void begin() {
    shared.fill(JUNK);
    shared.asSlice(Math.min(reservedAt(), shared.byteSize())).fill((byte) 0);
  }

  public long shared() {
    return shared.address();
  }

  public int sharedBytes() {
    return reservedAt() + reserved;
  }

  /// Where shared memory begins that is not the kernel's own; it begins with zeros.
  public int reservedAt() {
    int own = grid.kernel().staticShared() + grid.shape().sharedBytes();
    return reserved == 0 ? own : Math.ceilDiv(own, RESERVED_ALIGNMENT) * RESERVED_ALIGNMENT;
  }

  /// Of the first thread; that of each other follows.
  public long local() {
    return local.address();
  }

  /// Of a thread.
  public int localBytes() {
    return grid.kernel().localBytes();
  }

  long constants() {
    return grid.kernel().constantsAt();
  }

  int constantBytes() {
    return grid.kernel().constantBytes();
  }

  long arguments() {
    return grid.arguments();
  }

  int argumentBytes() {
    return grid.kernel().argumentBytes();
  }
}
