package cadj.kernels.emulator.run;

import java.util.ArrayList;
import java.util.List;

/// The `cp.async` copies of a warp that are under way.
///
/// A copy is not made before its thread waits for it: a kernel that forgets to wait reads what was
/// there before.
public final class AsyncCopies {
  private final List<Copy> copies = new ArrayList<>();
  private final int[] committed = new int[Warp.LANES];

  private static final class Copy {
    private final int bytes;
    private final int access;
    private final long[] to;
    private final long[] from;
    private final int[] present;

    /// By lane, the group that its copy belongs to, or 0 before the commit.
    private final int[] groups = new int[Warp.LANES];

    private int lanes;

    Copy(int lanes, int bytes, int access, long[] to, long[] from, int[] present) {
      this.lanes = lanes;
      this.bytes = bytes;
      this.access = access;
      this.to = to.clone();
      this.from = from.clone();
      this.present = present.clone();
    }
  }

  void clear() {
    copies.clear();
  }

  /// Lanes of `mask` each ask for a copy.
  ///
  /// @param present bytes that are copied; the rest of `bytes` becomes zero
  void begin(int mask, int bytes, int access, long[] to, long[] from, int[] present) {
    copies.add(new Copy(mask, bytes, access, to, from, present));
  }

  /// `commit_group`
  void commit(int mask) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      committed[lane]++;
      for (Copy copy : copies) {
        if ((copy.lanes >>> lane & 1) != 0 && copy.groups[lane] == 0) {
          copy.groups[lane] = committed[lane];
        }
      }
    }
  }

  /// `wait_group`: all groups of the lanes but their latest `most` must be there.
  void await(Warp warp, int mask, int most) {
    for (Copy copy : copies) {
      int ready = 0;
      for (int lanes = mask & copy.lanes; lanes != 0; lanes &= lanes - 1) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        if (copy.groups[lane] != 0 && copy.groups[lane] <= committed[lane] - most) {
          ready |= 1 << lane;
        }
      }
      finish(warp, copy, ready);
    }
    copies.removeIf(copy -> copy.lanes == 0);
  }

  /// `wait_all`: also what was not committed.
  void awaitAll(Warp warp, int mask) {
    commit(mask);
    await(warp, mask, 0);
  }

  private static void finish(Warp warp, Copy copy, int ready) {
    if (ready == 0) {
      return;
    }
    warp.block.loadStore.happens(ready, copy.access, copy.to);
    for (int lanes = ready; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      for (int i = 0; i < copy.bytes; i += Integer.BYTES) {
        int value = i < copy.present[lane] ? RawMemory.load32(copy.from[lane], i) : 0;
        RawMemory.store32(copy.to[lane], value, i);
      }
    }
    copy.lanes &= ~ready;
  }
}
