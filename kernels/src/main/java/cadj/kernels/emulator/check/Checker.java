package cadj.kernels.emulator.check;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.Allocation;
import cadj.kernels.emulator.run.EmulatorException;
import cadj.kernels.emulator.run.Observer;
import cadj.kernels.emulator.run.ThreadBlock;
import cadj.kernels.emulator.run.Warp;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Finds reads of uninitialised memory and races: two threads touch the same bytes, not both read,
/// not both are atomic, and nothing in between puts the two in order.
///
/// Within a block it is a barrier that puts them in order, within a warp also `bar.warp.sync`; two
/// blocks have no order. A block that has used `atom` on global memory may have learnt from it that
/// others are done: from then on it is not checked against them.
public final class Checker extends Observer {
  private final ThreadBlock block;
  private final CheckState state;
  private final List<Access> accesses;
  private final Shadow shared;
  private final Shadow local;
  private final int globalUnit;
  private final int[] warpTicks;
  private Allocation latest = Allocation.NONE;
  private Shadow latestShadow = new Shadow(0, 1);
  private int run;
  private int tick;
  private int barrierTick;

  /// What happened to the block's own memory before this moment is in order with all that follows.
  private long settled;

  private boolean knowsOthers;

  public Checker(ThreadBlock block, CheckState state) {
    this.block = block;
    this.state = state;
    this.accesses = block.kernel().accesses();
    shared = new Shadow(block.memory().sharedBytes(), unit(Space.SHARED));
    int threads = block.shape().threads();
    local = new Shadow((long) block.memory().localBytes() * threads, unit(Space.LOCAL));
    globalUnit = unit(Space.GLOBAL);
    warpTicks = new int[Math.ceilDiv(threads, Warp.LANES)];
  }

  /// Bytes of the smallest access, at most 4.
  private int unit(Space space) {
    return accesses.stream()
        .filter(it -> it.space() == space)
        .mapToInt(Access::bytes)
        .reduce(Integer.BYTES, Math::min);
  }

  @Override
  public void begin() {
    run = state.nextRun();
    tick = 0;
    settleAt(0);
    knowsOthers = false;
    Arrays.fill(warpTicks, 0);
  }

  @Override
  public void barrier() {
    settleAt(nextTick());
  }

  private void settleAt(int barrier) {
    barrierTick = barrier;
    settled = Shadow.entry(run, Math.min(barrier, Shadow.TICKS - 1), 0, 0);
  }

  @Override
  public void warpBarrier(Warp warp) {
    warpTicks[warp.number()] = nextTick();
  }

  /// Beyond the last tick all counts as in order.
  private int nextTick() {
    tick = Math.min(tick + 1, Shadow.TICKS);
    return tick;
  }

  @Override
  public void access(Warp warp, int mask, Access access, long[] addresses) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      int lane = Integer.numberOfTrailingZeros(lanes);
      switch (access.space()) {
        case GLOBAL -> global(warp, lane, access, addresses[lane]);
        case SHARED -> own(warp, lane, access, shared, addresses[lane] - block.memory().shared());
        case LOCAL -> own(warp, lane, access, local, addresses[lane] - block.memory().local());
        case CONST, PARAM -> {}
      }
    }
    knowsOthers |=
        access.space() == Space.GLOBAL
            && (access.mode() == Access.Mode.UPDATE || (access.strong() && access.reads()));
  }

  private void global(Warp warp, int lane, Access access, long address) {
    if (!latest.holds(address, 1)) {
      Allocation found = state.memory().find(address, 1);
      latest = found == null ? Allocation.NONE : found;
      latestShadow = state.shadow(latest, globalUnit);
    }
    if (access.reads() && !latest.isInitialised(address, access.bytes())) {
      throw uninitialised(warp, lane, access, "0x%x of global memory".formatted(address));
    }
    if (access.writes()) {
      latest.markInitialised(address, access.bytes());
    }
    int launch = state.firstRun();
    long start = Shadow.entry(launch, 0, 0, 0);
    ordered(warp, lane, access, latestShadow, address - latest.start(), launch, start);
  }

  /// Of memory that lives no longer than the block.
  private void own(Warp warp, int lane, Access access, Shadow shadow, long offset) {
    boolean isReserved = access.space() == Space.SHARED && offset >= block.memory().reservedAt();
    if (access.reads() && !isReserved) {
      int end = shadow.index(offset + access.bytes() - 1);
      for (int i = shadow.index(offset); i <= end; i++) {
        if (Shadow.run(shadow.write(i)) != run) {
          String place =
              access.space() == Space.SHARED
                  ? "byte %d of shared memory".formatted(offset)
                  : "local memory";
          throw uninitialised(warp, lane, access, place);
        }
      }
    }
    ordered(warp, lane, access, shadow, offset, run, settled);
  }

  private EmulatorException uninitialised(Warp warp, int lane, Access access, String place) {
    return block.fault(
        access.at(),
        warp,
        lane,
        "reads %d bytes at %s that nobody has written".formatted(access.bytes(), place));
  }

  /// @param since the first run that matters: of the launch, or of this block alone
  /// @param moment what happened before it is in order with this access
  private void ordered(
      Warp warp, int lane, Access access, Shadow shadow, long offset, int since, long moment) {
    int thread = warp.number() * Warp.LANES + lane;
    long mine = Shadow.entry(run, Math.min(tick, Shadow.TICKS - 1), access.at(), thread);
    int end = shadow.index(offset + access.bytes() - 1);
    for (int i = shadow.index(offset); i <= end; i++) {
      switch (access.mode()) {
        case READ -> {
          long writer = shadow.write(i);
          if (!Shadow.isBefore(writer, moment)) {
            requireConstant(warp, lane, access, writer, access.constant());
            if (!mayMeet(access, writer)) {
              requireOrder(warp, lane, access, writer, false, since);
            }
          }
          long reader = access.constant() ? mine | Shadow.CONSTANT : mine;
          if (!access.strong()) {
            long before = shadow.read(i);
            boolean alone = Shadow.isBefore(before, moment);
            shadow.setRead(i, alone ? reader : merged(reader, before, since));
          }
        }
        case WRITE -> {
          long reader = shadow.read(i);
          long writer = shadow.write(i);
          if (!Shadow.isBefore(reader, moment) || !Shadow.isBefore(writer, moment)) {
            requireConstant(warp, lane, access, reader, Shadow.has(reader, Shadow.CONSTANT));
            if (!mayMeet(access, writer)) {
              requireOrder(warp, lane, access, writer, false, since);
            }
            requireOrder(warp, lane, access, reader, true, since);
          }
          shadow.setWrite(i, access.strong() ? mine | Shadow.FLAG : mine);
        }
        case UPDATE -> {
          long reader = shadow.read(i);
          requireConstant(warp, lane, access, reader, Shadow.has(reader, Shadow.CONSTANT));
          if (!Shadow.has(shadow.write(i), Shadow.FLAG)) {
            requireOrder(warp, lane, access, shadow.write(i), false, since);
          }
          requireOrder(warp, lane, access, reader, true, since);
          shadow.setWrite(i, mine | Shadow.FLAG);
        }
      }
    }
  }

  /// Whether both are atomic: neither need be in order with the other.
  private static boolean mayMeet(Access access, long before) {
    return access.strong() && Shadow.has(before, Shadow.FLAG);
  }

  /// What `ld.global.nc` reads no thread may write in the same launch: it may come from a cache
  /// that is not coherent.
  ///
  /// @param before entry of the other of the two
  private void requireConstant(Warp warp, int lane, Access access, long before, boolean constant) {
    if (constant && Shadow.run(before) >= state.firstRun()) {
      throw block.fault(
          access.at(),
          warp,
          lane,
          "%s bytes that %s %s in the same launch%s"
              .formatted(
                  access.mode().word(),
                  block.threadName(Shadow.thread(before)),
                  access.constant() ? "has written" : "has read by .nc",
                  where(before)));
    }
  }

  /// The entry for readers so far and one more.
  private long merged(long mine, long before, int since) {
    int other = Shadow.run(before);
    if (other < since) {
      return mine;
    }
    if (other != run) {
      return mine | Shadow.OTHERS | (before & Shadow.CONSTANT);
    }
    long flags = before & (Shadow.OTHERS | Shadow.CONSTANT);
    boolean alone =
        Shadow.thread(before) == Shadow.thread(mine) && !Shadow.has(before, Shadow.FLAG);
    return mine | flags | (alone || Shadow.tick(before) < barrierTick ? 0 : Shadow.FLAG);
  }

  /// @param before an entry of the same bytes, a reader's if `wasRead`
  private void requireOrder(
      Warp warp, int lane, Access access, long before, boolean wasRead, int since) {
    int other = Shadow.run(before);
    if (other < since || barrierTick >= Shadow.TICKS) {
      return;
    }
    if (other != run || (wasRead && Shadow.has(before, Shadow.OTHERS))) {
      if (!knowsOthers) {
        throw race(warp, lane, access, before, wasRead);
      }
    }
    if (other != run) {
      return;
    }
    int thread = Shadow.thread(before);
    boolean several = wasRead && Shadow.has(before, Shadow.FLAG);
    if (thread == warp.number() * Warp.LANES + lane && !several) {
      return;
    }
    boolean sameWarp = thread / Warp.LANES == warp.number() && !several;
    int barrier = sameWarp ? Math.max(barrierTick, warpTicks[warp.number()]) : barrierTick;
    if (Shadow.tick(before) >= barrier) {
      throw race(warp, lane, access, before, wasRead);
    }
  }

  private EmulatorException race(Warp warp, int lane, Access access, long before, boolean wasRead) {
    int other = Shadow.run(before);
    boolean sameBlock = other == run && !(wasRead && Shadow.has(before, Shadow.OTHERS));
    String who =
        other != run
            ? "%s of %s"
                .formatted(
                    block.threadName(Shadow.thread(before)),
                    block.blockName(other - state.firstRun()))
            : sameBlock ? threadName(warp, lane, before) : "another block";
    return block.fault(
        access.at(),
        warp,
        lane,
        "%s bytes of %s memory that %s %s%s%n  %s"
            .formatted(
                access.mode().word(),
                access.space().name().toLowerCase(Locale.ROOT),
                who,
                wasRead ? "has read" : "has written",
                where(before),
                sameBlock ? "with no barrier in between" : "and blocks have no order"));
  }

  /// Of several threads that have read, the last may be the one that now writes.
  private String threadName(Warp warp, int lane, long before) {
    return Shadow.thread(before) == warp.number() * Warp.LANES + lane
        ? "another thread"
        : block.threadName(Shadow.thread(before));
  }

  private String where(long before) {
    return Shadow.at(before) < 0 ? "" : " at " + block.kernel().place(Shadow.at(before));
  }
}
