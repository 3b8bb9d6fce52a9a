package cadj.kernels.emulator.run;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.run.BasicBlock.Ending;
import java.lang.foreign.Arena;
import java.util.List;

/// A block of threads: warps that share memory and meet at barriers. Runs one block after another
/// of a grid.
///
/// Its warps take turns: each runs until all its threads wait at a barrier or have exited, or,
/// where threads may wait for what others write, for some time. Then each barrier that all its
/// threads have come to releases them.
public final class ThreadBlock {
  /// Instructions of a warp's turn where threads may wait for others.
  private static final int TURN = 1000;

  private final Grid grid;
  private final TranslatedKernel kernel;
  private final LaunchShape shape;
  private final BlockMemory memory;
  private final Warp[] warps;
  private final Barriers barriers;
  private final Observer[] observers;
  final LoadStore loadStore;

  private Warp running;
  private long number;
  private long budget;

  /// The budget at which the running warp's turn ends.
  private long turnEnd;

  private int x;
  private int y;
  private int z;

  /// @param arena of the memory that the block needs
  ThreadBlock(Grid grid, Arena arena) {
    this.grid = grid;
    this.kernel = grid.kernel();
    this.shape = grid.shape();
    memory = new BlockMemory(grid, arena);
    warps = new Warp[Math.ceilDiv(shape.threads(), Warp.LANES)];
    for (int i = 0; i < warps.length; i++) {
      warps[i] = new Warp(this, i);
      SpecialRegisterValues.begin(warps[i]);
    }
    running = warps[0];
    observers = grid.observers().apply(this).toArray(Observer[]::new);
    loadStore = new LoadStore(this, grid.memory(), observers);
    barriers = new Barriers(this);
  }

  /// Runs block `number` of the grid from its first instruction to its end.
  void run(long number) {
    begin(number);
    while (step()) {
      // Each barrier is a step.
    }
  }

  /// Makes block `number` of the grid ready.
  void begin(long number) {
    this.number = number;
    x = (int) (number % shape.gridX());
    y = (int) (number / shape.gridX() % shape.gridY());
    z = (int) (number / shape.gridX() / shape.gridY());
    budget = grid.budget();
    memory.begin();
    barriers.begin();
    for (Observer observer : observers) {
      observer.begin();
    }
    for (Warp warp : warps) {
      SpecialRegisterValues.next(warp);
      warp.begin();
    }
  }

  /// Gives every warp a turn; whether the block has not ended.
  boolean step() {
    boolean all = true;
    for (Warp warp : warps) {
      run(warp);
      all &= warp.next() < 0;
    }
    if (barriers.open(List.of(warps), all)) {
      ordered();
      return true;
    }
    return !all;
  }

  /// What the block's threads have done before is in order with what they do from now on.
  void ordered() {
    for (Observer observer : observers) {
      observer.barrier();
    }
  }

  private void run(Warp warp) {
    running = warp;
    turnEnd = kernel.mayWait() ? budget - TURN : -1;
    for (int group = warp.next(); group >= 0 && budget > turnEnd; group = warp.next()) {
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
      if (kernel.checksRegisters()) {
        block.requireDefined(warp, mask);
      }
      int taking = block.ending() == Ending.FALL ? 0 : block.taking(warp, mask);
      for (Observer observer : observers) {
        observer.ran(place, mask, taking);
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
                  "branches, and %s does not: .uni promises that the threads of a warp do not diverge"
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
          case ARRIVE -> {
            barriers.arrive(warp, place, taking);
            staying = mask;
            place++;
          }
          case TRAP ->
              throw fault(
                  block.end(), Integer.numberOfTrailingZeros(taking), Traps.words(kernel, block));
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
      if (budget <= turnEnd) {
        warp.interrupt(place, mask);
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

  public EmulatorException fault(int at, Warp warp, int lane, String trouble) {
    return new EmulatorException(
        "%s%n  block (%d,%d,%d), %s: %s"
            .formatted(kernel.place(at), x, y, z, threadName(warp, lane), trouble));
  }

  String threadName(Warp warp, int lane) {
    return threadName(warp.number * Warp.LANES + lane);
  }

  public String threadName(int thread) {
    return "thread (%d,%d,%d)"
        .formatted(
            thread % shape.blockX(),
            thread / shape.blockX() % shape.blockY(),
            thread / shape.blockX() / shape.blockY());
  }

  /// Of block `number` of the grid.
  public String blockName(long number) {
    return "block (%d,%d,%d)"
        .formatted(
            number % shape.gridX(),
            number / shape.gridX() % shape.gridY(),
            number / shape.gridX() / shape.gridY());
  }

  void warpBarrier(Warp warp) {
    for (Observer observer : observers) {
      observer.warpBarrier(warp);
    }
  }

  void guarded(int at, int mask) {
    for (Observer observer : observers) {
      observer.guarded(at, mask);
    }
  }

  /// Instructions that the block's warps have run.
  long spent() {
    return grid.budget() - budget;
  }

  /// Where its threads print.
  void print(String text) {
    grid.printed().add(number, text);
  }

  /// Of the grid, by which its blocks wait for each other.
  long workspace() {
    return grid.workspace();
  }

  public BlockMemory memory() {
    return memory;
  }

  public TranslatedKernel kernel() {
    return kernel;
  }

  public LaunchShape shape() {
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
}
