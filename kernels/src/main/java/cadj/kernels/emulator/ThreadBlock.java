package cadj.kernels.emulator;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.BasicBlock.Ending;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block of threads: warps that share memory and meet at barriers. Runs one block after another
/// of a grid.
///
/// Its warps take turns: each runs until all its threads wait at a barrier or have ended. Once all
/// warps have, barriers that are complete let theirs go.
final class ThreadBlock {
  private static final int ALIGNMENT = 256;
  private static final byte JUNK = (byte) 0xb5;

  private final Grid grid;
  private final CompiledKernel kernel;
  private final LaunchShape shape;
  private final MemorySegment sharedMemory;
  private final MemorySegment localMemory;
  private final Warp[] warps;
  private final Barriers barriers;
  private final @Nullable Checker checker;
  private final @Nullable Counting counting;
  final LoadStore loadStore;

  private Warp running;
  private long budget;
  private int x;
  private int y;
  private int z;

  /// @param arena of the memory that the block needs
  ThreadBlock(Grid grid, Arena arena) {
    this.grid = grid;
    this.kernel = grid.kernel();
    this.shape = grid.shape();
    sharedMemory = arena.allocate(Math.max(1, sharedBytes()), ALIGNMENT);
    localMemory = arena.allocate(Math.max(1, (long) localBytes() * shape.threads()), ALIGNMENT);
    warps = new Warp[Math.ceilDiv(shape.threads(), Warp.LANES)];
    for (int i = 0; i < warps.length; i++) {
      warps[i] = new Warp(this, i);
      kernel.specials().begin(warps[i]);
    }
    running = warps[0];
    checker = grid.checks() == null ? null : new Checker(this, grid.checks());
    loadStore = new LoadStore(this, grid.memory(), checker);
    barriers = new Barriers(this);
    counting = grid.counts() ? new Counting(kernel) : null;
  }

  /// Runs block `number` of the grid from its first instruction to its end.
  void run(long number) {
    x = (int) (number % shape.gridX());
    y = (int) (number / shape.gridX() % shape.gridY());
    z = (int) (number / shape.gridX() / shape.gridY());
    budget = grid.budget();
    sharedMemory.fill(JUNK);
    if (checker != null) {
      checker.begin();
    }
    for (Warp warp : warps) {
      kernel.specials().next(warp);
      warp.begin();
    }
    do {
      for (Warp warp : warps) {
        run(warp);
      }
    } while (meet());
  }

  private boolean meet() {
    boolean open = barriers.open(List.of(warps));
    if (open && checker != null) {
      checker.barrier();
    }
    return open;
  }

  private void run(Warp warp) {
    running = warp;
    for (int group = warp.next(); group >= 0; group = warp.next()) {
      int place = warp.place(group);
      int mask = warp.lanes(group);
      warp.remove(group);
      int other = warp.next();
      run(warp, place, mask, other < 0 ? Integer.MAX_VALUE : warp.place(other));
    }
  }

  /// Runs one group until it comes to where another stands or beyond it (`limit`), waits or ends.
  private void run(Warp warp, int from, int lanes, int limit) {
    KernelCode code = kernel.code();
    List<BasicBlock> blocks = kernel.blocks();
    int place = from;
    int mask = lanes;
    int end = limit;
    while (true) {
      BasicBlock block = blocks.get(place);
      spend(block);
      code.run(warp, place, mask);
      if (checker != null) {
        block.requireDefined(warp, mask);
      }
      int taking = block.ending() == Ending.FALL ? 0 : block.taking(warp, mask);
      if (counting != null) {
        counting.ran(place, mask, taking);
      }
      if (taking == 0) {
        place++;
      } else {
        int staying = mask & ~taking;
        switch (block.ending()) {
          case BRANCH -> {
            if (staying == 0) {
              place = block.target();
            } else if (block.uniform()) {
              throw fault(
                  block.end(),
                  Integer.numberOfTrailingZeros(taking),
                  "goes, and %s stays: .uni promises that a warp does not part"
                      .formatted(threadName(warp, Integer.numberOfTrailingZeros(staying))));
            } else {
              warp.add(block.target(), taking);
              end = Math.min(end, block.target());
              place++;
            }
          }
          case BARRIER -> {
            warp.await(place, taking);
            place++;
          }
          case TRAP -> throw fault(block.end(), Integer.numberOfTrailingZeros(taking), "trap");
          case EXIT, FALL -> place++;
        }
        mask = block.ending() == Ending.BRANCH && staying == 0 ? mask : staying;
        if (mask == 0) {
          return;
        }
      }
      if (place >= end) {
        warp.add(place, mask);
        return;
      }
    }
  }

  private void spend(BasicBlock block) {
    budget -= Math.max(1, block.length());
    if (budget < 0) {
      throw fault(
          Math.min(block.start(), kernel.ptx().body().size() - 1),
          0,
          "the block has run %,d instructions and not ended: an endless loop?"
              .formatted(grid.budget()));
    }
  }

  /// What went wrong at instruction `at` in `lane` of the running warp.
  EmulatorException fault(int at, int lane, String trouble) {
    return fault(at, running, lane, trouble);
  }

  EmulatorException fault(int at, Warp warp, int lane, String trouble) {
    return new EmulatorException(
        "%s%n  block (%d,%d,%d), %s: %s"
            .formatted(kernel.place(at), x, y, z, threadName(warp, lane), trouble));
  }

  String threadName(Warp warp, int lane) {
    return threadName(warp.number * Warp.LANES + lane);
  }

  String threadName(int thread) {
    return "thread (%d,%d,%d)"
        .formatted(
            thread % shape.blockX(),
            thread / shape.blockX() % shape.blockY(),
            thread / shape.blockX() / shape.blockY());
  }

  /// Of block `number` of the grid.
  String blockName(long number) {
    return "block (%d,%d,%d)"
        .formatted(
            number % shape.gridX(),
            number / shape.gridX() % shape.gridY(),
            number / shape.gridX() / shape.gridY());
  }

  /// Of a block that is checked, else null.
  @Nullable Checker checker() {
    return checker;
  }

  /// Null where nothing is counted.
  @Nullable Counting counting() {
    return counting;
  }

  CompiledKernel kernel() {
    return kernel;
  }

  LaunchShape shape() {
    return shape;
  }

  Warp running() {
    return running;
  }

  int x() {
    return x;
  }

  int y() {
    return y;
  }

  int z() {
    return z;
  }

  long shared() {
    return sharedMemory.address();
  }

  int sharedBytes() {
    return kernel.staticShared() + shape.sharedBytes();
  }

  long local() {
    return localMemory.address();
  }

  int localBytes() {
    return kernel.localBytes();
  }

  long constants() {
    return kernel.constantsAt();
  }

  int constantBytes() {
    return kernel.constantBytes();
  }

  long arguments() {
    return grid.arguments();
  }

  int argumentBytes() {
    return kernel.argumentBytes();
  }
}
