package cadj.kernels.emulator.run;

/// `mbarrier`: barriers that are 64-bit words of shared memory. Threads arrive, and ask or wait for
/// the end of the phase that they arrived in.
///
/// A word holds the arrivals pending in this phase (bits 0 to 19), those expected in each (20 to
/// 39), bytes that asynchronous copies still owe (40 to 60, signed), the phase (61), and a mark
/// that it is initialised.
public final class MemoryBarriers {
  private static final int COUNT_BITS = 20;
  private static final long COUNT = (1L << COUNT_BITS) - 1;
  private static final int BYTES_AT = 2 * COUNT_BITS;
  private static final int BYTES_BITS = 21;
  private static final int PHASE_AT = BYTES_AT + BYTES_BITS;
  private static final long MARK = 1L << 62;

  private MemoryBarriers() {}

  /// The parts of a word.
  private record State(long pending, long expected, long bytes, long phase) {
    static State of(long word) {
      return new State(
          word & COUNT,
          (word >>> COUNT_BITS) & COUNT,
          (word << (Long.SIZE - PHASE_AT)) >> (Long.SIZE - BYTES_BITS),
          (word >>> PHASE_AT) & 1);
    }

    long word() {
      long owed = bytes & ((1L << BYTES_BITS) - 1);
      return pending | expected << COUNT_BITS | owed << BYTES_AT | phase << PHASE_AT | MARK;
    }
  }

  /// `mbarrier.init`: `counts` threads arrive in each phase.
  static void init(Warp warp, int mask, int at, long[] addresses, int[] counts) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      int count = counts[lane];
      if (count < 1 || count > COUNT) {
        throw warp.block.fault(
            at, warp, lane, "%d arrivals: expected 1 to %d".formatted(count, COUNT));
      }
      RawMemory.store64(addresses[lane], new State(count, count, 0, 0).word(), 0);
    }
  }

  /// `mbarrier.inval`: the word may be used for something else.
  static void invalidate(Warp warp, int mask, int at, long[] addresses) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      state(warp, lane, at, addresses[lane]);
      RawMemory.store64(addresses[lane], 0, 0);
    }
  }

  private static State state(Warp warp, int lane, int at, long address) {
    long word = RawMemory.load64(address, 0);
    if ((word & 3L << 62) != MARK) {
      throw warp.block.fault(at, warp, lane, "no mbarrier: nobody has initialised it");
    }
    return State.of(word);
  }

  /// `mbarrier.arrive`, `arrive_drop`, `expect_tx`, `complete_tx`.
  ///
  /// @param states where each lane gets the word as it was before, or null
  /// @param counts arrivals of each lane
  /// @param bytes that copies owe from now on, or have made if negative
  /// @param drops whether those who arrive will not do so in later phases
  static void arrive(
      Warp warp,
      int mask,
      int at,
      long[] states,
      long[] addresses,
      int[] counts,
      int[] bytes,
      boolean drops) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      State now = state(warp, lane, at, addresses[lane]);
      if (counts[lane] < 0 || counts[lane] > now.pending) {
        throw warp.block.fault(
            at,
            warp,
            lane,
            "%d arrivals where %d of %d are pending"
                .formatted(counts[lane], now.pending, now.expected));
      }
      if (states != null) {
        states[lane] = now.word();
      }
      long expected = now.expected - (drops ? counts[lane] : 0);
      long pending = now.pending - counts[lane];
      long owed = now.bytes + bytes[lane];
      boolean ends = pending == 0 && owed == 0;
      RawMemory.store64(
          addresses[lane],
          new State(ends ? expected : pending, expected, owed, ends ? 1 - now.phase : now.phase)
              .word(),
          0);
      if (ends) {
        warp.block.ordered();
      }
    }
  }

  /// `mbarrier.test_wait` and `try_wait`: the lanes whose phase has ended.
  ///
  /// @param states what they got when they arrived
  static int ended(Warp warp, int mask, int at, long[] addresses, long[] states) {
    int ended = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      long phase = state(warp, lane, at, addresses[lane]).phase;
      ended |= phase != State.of(states[lane]).phase ? 1 << lane : 0;
    }
    return ended;
  }

  /// The same by the phase's parity, 0 for the first.
  static int ended(Warp warp, int mask, int at, long[] addresses, int[] parities) {
    int ended = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      long phase = state(warp, lane, at, addresses[lane]).phase;
      ended |= phase != (parities[lane] & 1) ? 1 << lane : 0;
    }
    return ended;
  }

  /// `mbarrier.pending_count` of a word that a thread got when it arrived.
  static void pending(int mask, int[] d, long[] states) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      d[lane] = (int) State.of(states[lane]).pending;
    }
  }
}
