package cadj.kernels.emulator.run;

import cadj.kernels.ptx.PtxVariable.Space;
import java.util.Arrays;
import java.util.List;

/// Address translation for one block's threads: from the addresses that a warp's lanes name to
/// addresses of the process's memory. Throws where one is out of bounds or not aligned.
///
/// In global memory the two are the same. Elsewhere addresses count from 0.
public final class LoadStore {
  private final ThreadBlock block;
  private final DeviceMemory memory;
  private final Observer[] observers;
  private final List<Access> accesses;
  private final Allocation[] latest;
  private final long[] found = new long[Warp.LANES];
  private final long[] foundToo = new long[Warp.LANES];
  private final long[] widened = new long[Warp.LANES];

  LoadStore(ThreadBlock block, DeviceMemory memory, Observer[] observers) {
    this.observers = observers;
    this.block = block;
    this.memory = memory;
    this.accesses = block.kernel().accesses();
    this.latest = new Allocation[accesses.size()];
    Arrays.fill(latest, Allocation.NONE);
  }

  /// Addresses held in 32 bits.
  long[] widen(int mask, int[] addresses) {
    for (int lane = 0; lane < Warp.LANES; lane++) {
      widened[lane] = addresses[lane] & 0xffffffffL;
    }
    return widened;
  }

  /// Of the lanes of `mask`, `bases` + `offset`, where an access `number` may go; valid until the
  /// next call.
  long[] find(int mask, long[] bases, long offset, int number) {
    Access access = accesses.get(number);
    find(mask, bases, offset, access, found);
    happens(mask, access, found);
    return found;
  }

  /// The same for generic addresses: the accesses from `first` on are one for each space.
  @SuppressWarnings("EnumOrdinal") // a number in compiled code, which the same program reads back
  long[] findGeneric(int mask, long[] bases, long offset, int first) {
    int left = mask;
    while (left != 0) {
      int lane = Integer.numberOfTrailingZeros(left);
      Space space = Window.space(bases[lane] + offset);
      int here = Window.inside(left, bases, offset, space);
      Access access = accesses.get(first + space.ordinal());
      if (access.writes() && (space == Space.CONST || space == Space.PARAM)) {
        throw block.fault(
            access.at(), lane, "%s %s".formatted(access.mode().word(), memoryName(space)));
      }
      find(here, bases, offset - Window.of(space), access, found);
      happens(here, access, found);
      left &= ~here;
    }
    return found;
  }

  /// Where the process's memory holds `count` bytes of a generic address, for reading them.
  long readable(int at, int lane, long address, int count) {
    Space space = Window.space(address);
    long place = address - Window.of(space);
    Access access = new Access(0, at, space, Access.Mode.READ, count, false, false);
    long bytes = bytes(space);
    if (space == Space.GLOBAL) {
      if (memory.find(place, count) == null) {
        throw outOfBounds(access, lane, place, memory.whereabouts(place));
      }
      return place;
    }
    if (place > bytes - count) {
      throw outOfBounds(access, lane, place, "there are %d bytes".formatted(bytes));
    }
    return start(space, lane) + place;
  }

  private long bytes(Space space) {
    return switch (space) {
      case GLOBAL -> Long.MAX_VALUE;
      case SHARED -> block.memory().sharedBytes();
      case LOCAL -> block.memory().localBytes();
      case CONST -> block.memory().constantBytes();
      case PARAM -> block.memory().argumentBytes();
    };
  }

  private long start(Space space, int lane) {
    return switch (space) {
      case GLOBAL -> 0;
      case SHARED -> block.memory().shared();
      case LOCAL ->
          block.memory().local()
              + ((long) block.running().number * Warp.LANES + lane) * block.memory().localBytes();
      case CONST -> block.memory().constants();
      case PARAM -> block.memory().arguments();
    };
  }

  /// The access, whose addresses were found before, happens now.
  void happens(int mask, int number, long[] addresses) {
    happens(mask, accesses.get(number), addresses);
  }

  private void happens(int mask, Access access, long[] addresses) {
    for (Observer observer : observers) {
      observer.access(block.running(), mask, access, addresses);
    }
  }

  /// Addresses for an access that will happen later: the second of an instruction that has two.
  long[] findToo(int mask, long[] bases, long offset, int number) {
    return find(mask, bases, offset, accesses.get(number), foundToo);
  }

  /// The same where a lane goes to only the first `present` of the access's bytes, perhaps to none.
  long[] find(int mask, long[] bases, long offset, int number, int[] present) {
    Access access = accesses.get(number);
    int whole = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      long address = bases[lane] + offset;
      found[lane] = address;
      if (present[lane] == access.bytes()) {
        whole |= 1 << lane;
      } else if (present[lane] < 0 || present[lane] > access.bytes()) {
        throw block.fault(
            access.at(), lane, "%d of %d bytes".formatted(present[lane], access.bytes()));
      } else if (present[lane] > 0) {
        requireAligned(access, lane, address);
        if (memory.find(address, present[lane]) == null) {
          throw outOfBounds(access, lane, address, memory.whereabouts(address));
        }
      }
    }
    find(whole, bases, offset, access, found);
    happens(whole, access, found);
    return found;
  }

  private long[] find(int mask, long[] bases, long offset, Access access, long[] into) {
    switch (access.space()) {
      case GLOBAL -> global(mask, bases, offset, access, into);
      case SHARED ->
          window(
              mask,
              bases,
              offset,
              access,
              into,
              block.memory().shared(),
              block.memory().sharedBytes());
      case CONST ->
          window(
              mask,
              bases,
              offset,
              access,
              into,
              block.memory().constants(),
              block.memory().constantBytes());
      case PARAM ->
          window(
              mask,
              bases,
              offset,
              access,
              into,
              block.memory().arguments(),
              block.memory().argumentBytes());
      case LOCAL -> local(mask, bases, offset, access, into);
    }
    return into;
  }

  private void global(int mask, long[] bases, long offset, Access access, long[] into) {
    Allocation allocation = latest[access.number()];
    long low = allocation.start();
    long high = allocation.end() - access.bytes();
    if (outside(mask, bases, offset, access.bytes() - 1, low, high, 0, into)) {
      elsewhere(mask, access, into);
    }
  }

  /// Some lanes are not in the allocation that the instruction went to before: perhaps in another.
  private void elsewhere(int mask, Access access, long[] addresses) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      long address = addresses[lane];
      requireAligned(access, lane, address);
      if (!latest[access.number()].holds(address, access.bytes())) {
        Allocation other = memory.find(address, access.bytes());
        if (other == null) {
          throw outOfBounds(access, lane, address, memory.whereabouts(address));
        }
        latest[access.number()] = other;
      }
    }
  }

  private void window(
      int mask, long[] bases, long offset, Access access, long[] into, long start, long bytes) {
    int low = access.bytes() - 1;
    if (outside(mask, bases, offset, low, 0, bytes - access.bytes(), start, into)) {
      for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        require(access, lane, into[lane] - start, bytes);
      }
    }
  }

  /// Each lane has a window of its own.
  private void local(int mask, long[] bases, long offset, Access access, long[] into) {
    long bytes = block.memory().localBytes();
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      long address = bases[lane] + offset;
      require(access, lane, address, bytes);
      int thread = block.running().number * Warp.LANES + lane;
      into[lane] = block.memory().local() + thread * bytes + address;
    }
  }

  /// Sets `into` to base + offset + shift; whether, for any lane, base + offset is below `low`,
  /// above `high` or not a multiple of `unit` + 1.
  private static boolean outside(
      int mask, long[] bases, long offset, int unit, long low, long high, long shift, long[] into) {
    long bad = 0;
    if (mask == -1) {
      for (int lane = 0; lane < Warp.LANES; lane++) {
        long address = bases[lane] + offset;
        into[lane] = address + shift;
        bad |= (address - low) | (high - address) | -(address & unit);
      }
    } else {
      for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        long address = bases[lane] + offset;
        into[lane] = address + shift;
        bad |= (address - low) | (high - address) | -(address & unit);
      }
    }
    return bad < 0;
  }

  private void require(Access access, int lane, long address, long bytes) {
    requireAligned(access, lane, address);
    if (address < 0 || address > bytes - access.bytes()) {
      throw outOfBounds(access, lane, address, "there are %d bytes".formatted(bytes));
    }
  }

  private void requireAligned(Access access, int lane, long address) {
    if ((address & access.bytes() - 1) != 0) {
      throw block.fault(
          access.at(),
          lane,
          "%s %d bytes at 0x%x, which is no multiple of %d"
              .formatted(access.mode().word(), access.bytes(), address, access.bytes()));
    }
  }

  private EmulatorException outOfBounds(Access access, int lane, long address, String where) {
    return block.fault(
        access.at(),
        lane,
        "%s %d bytes at 0x%x of %s: %s"
            .formatted(
                access.mode().word(), access.bytes(), address, memoryName(access.space()), where));
  }

  private static String memoryName(Space space) {
    return switch (space) {
      case GLOBAL -> "global memory";
      case SHARED -> "the block's shared memory";
      case LOCAL -> "the thread's local memory";
      case CONST -> "constant memory";
      case PARAM -> "the kernel's parameters";
    };
  }
}
