package cadj.kernels.emulator.run;

import java.util.Arrays;

/// 32 threads in lock-step: their registers, and where each group of them stands.
///
/// Lanes that have diverged form groups, each with the number of the basic block it will run next.
/// It is always the group with the smallest number that runs; one that comes to where another
/// stands joins it. As code that both sides of a branch come back to lies after both, they
/// reconverge there.
public final class Warp {
  public static final int LANES = 32;

  /// Turns that the foremost group gets before it must let others pass.
  private static final int PATIENCE = 1000;

  final int[][] ints;
  final long[][] longs;
  final float[][] floats;
  final double[][] doubles;
  final int[] predicates;
  final ThreadBlock block;
  final int number;

  final AsyncCopies copies = new AsyncCopies();

  /// Scratch of [Warpwide].
  final int[] from = new int[LANES];

  final int[] old = new int[LANES];

  /// By carrier and index, which lanes have written a register.
  private final int[][] defined = new int[RegisterKind.CARRIERS.size()][];

  private final int present;
  private final int[] places = new int[LANES];
  private final int[] groups = new int[LANES];
  private final boolean[] waiting = new boolean[LANES];

  /// Groups that have had their turns and get others only when the rest can do no more.
  private final boolean[] late = new boolean[LANES];

  private int interruptions;
  private int count;

  /// @param number within its block
  Warp(ThreadBlock block, int number) {
    this.block = block;
    this.number = number;
    int threads = Math.min(LANES, block.shape().threads() - number * LANES);
    this.present = threads == LANES ? -1 : (1 << threads) - 1;
    Slots slots = block.kernel().slots();
    ints = new int[slots.count(RegisterKind.INT)][];
    longs = new long[slots.count(RegisterKind.LONG)][];
    floats = new float[slots.count(RegisterKind.FLOAT)][];
    doubles = new double[slots.count(RegisterKind.DOUBLE)][];
    predicates = new int[slots.count(RegisterKind.PREDICATE)];
    for (int i = 0; i < defined.length; i++) {
      defined[i] = new int[slots.count(RegisterKind.CARRIERS.get(i))];
    }
    slots.constants().into(this);
    for (int i = 0; i < ints.length; i++) {
      ints[i] = ints[i] == null ? new int[LANES] : ints[i];
    }
    for (int i = 0; i < longs.length; i++) {
      longs[i] = longs[i] == null ? new long[LANES] : longs[i];
    }
    for (int i = 0; i < floats.length; i++) {
      floats[i] = floats[i] == null ? new float[LANES] : floats[i];
    }
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = doubles[i] == null ? new double[LANES] : doubles[i];
    }
  }

  /// Within its block.
  public int number() {
    return number;
  }

  /// Lanes that have a thread: the last warp of a block may have fewer than 32.
  int present() {
    return present;
  }

  /// All lanes stand before the first instruction.
  void begin() {
    count = 0;
    interruptions = 0;
    copies.clear();
    for (int[] carrier : defined) {
      Arrays.fill(carrier, 0);
    }
    add(0, present);
  }

  /// Lanes of `mask` go on at `place`.
  void add(int place, int mask) {
    for (int g = 0; g < count; g++) {
      if (places[g] == place && !waiting[g]) {
        groups[g] |= mask;
        return;
      }
    }
    push(place, mask, false);
  }

  private void push(int place, int mask, boolean waits) {
    places[count] = place;
    groups[count] = mask;
    late[count] = false;
    waiting[count++] = waits;
  }

  /// Lanes of `mask` go on at `place` in another turn. Where they always come first and wait for
  /// others of the warp, these must get their turn, too.
  void interrupt(int place, int mask) {
    add(place, mask);
    if (++interruptions > PATIENCE) {
      for (int g = 0; g < count; g++) {
        late[g] |= places[g] == place && !waiting[g];
      }
    }
  }

  /// Lanes of `mask` wait at the barrier that ends block `place`.
  void await(int place, int mask) {
    for (int g = 0; g < count; g++) {
      if (places[g] == place && waiting[g]) {
        groups[g] |= mask;
        return;
      }
    }
    push(place, mask, true);
  }

  /// The group that is to run next, or −1 if all wait or have ended.
  int next() {
    int best = -1;
    for (int g = 0; g < count; g++) {
      if (!waiting[g] && (best < 0 || isBefore(g, best))) {
        best = g;
      }
    }
    return best;
  }

  private boolean isBefore(int g, int other) {
    return late[g] == late[other] ? places[g] < places[other] : late[other];
  }

  int place(int group) {
    return places[group];
  }

  int lanes(int group) {
    return groups[group];
  }

  void remove(int group) {
    count--;
    places[group] = places[count];
    groups[group] = groups[count];
    waiting[group] = waiting[count];
    late[group] = late[count];
  }

  /// Lanes that have diverged from those that run now and have not exited.
  int elsewhere() {
    int lanes = 0;
    for (int g = 0; g < count; g++) {
      lanes |= groups[g];
    }
    return lanes;
  }

  boolean isWaiting(int group) {
    return waiting[group];
  }

  /// How many groups there are.
  int groups() {
    return count;
  }

  boolean ended() {
    return count == 0;
  }

  /// The group goes on after the barrier it waits at.
  void release(int group) {
    int place = places[group] + 1;
    int mask = groups[group];
    interruptions = 0;
    remove(group);
    add(place, mask);
  }

  /// With checks on: the lanes of `mask` must have written the register they read.
  ///
  /// @param carrier its kind's place among [RegisterKind#CARRIERS]
  void requireDefined(int mask, int carrier, int index, int at) {
    int missing = mask & ~defined[carrier][index];
    if (missing != 0) {
      Slot slot = new Slot(RegisterKind.CARRIERS.get(carrier), index);
      throw block.fault(
          at,
          Integer.numberOfTrailingZeros(missing),
          "reads %s, which it has not written".formatted(block.kernel().slots().name(slot)));
    }
  }

  /// Lanes have read what other threads may have written before a release.
  void acquired() {
    block.ordered();
  }

  /// With observers: the guard of instruction `at` lets the lanes of `mask` run it.
  void guarded(int at, int mask) {
    block.guarded(at, mask);
  }

  void define(int mask, int carrier, int index) {
    defined[carrier][index] |= mask;
  }
}
