package cadj.kernels.emulator.run;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.LaunchShape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/// One launch.
///
/// @param arguments address of the argument block
/// @param budget instructions that the warps of a block may run, all together, before it counts as
///   stuck
/// @param ordered whether blocks run one after another in the order of their numbers, else at the
///   same time
/// @param workspace address of the memory by which the blocks wait for each other, or 0 if they do
///   not (see [TranslatedKernel#isCooperative])
/// @param printed where threads print
/// @param observers makes those of a [ThreadBlock], which runs several blocks one after another
public record Grid(
    TranslatedKernel kernel,
    LaunchShape shape,
    DeviceMemory memory,
    long arguments,
    long budget,
    boolean ordered,
    long workspace,
    PrintedText printed,
    Function<ThreadBlock, List<Observer>> observers) {
  /// Of the emulated GPU.
  public static final int MULTIPROCESSORS = 16;

  /// Threads that a multiprocessor holds at once.
  public static final int THREADS_PER_MULTIPROCESSOR = 2048;

  /// Tasks that the blocks are divided among: each is worth its while, and no thread waits long for
  /// the last.
  private static final int TASKS = 64;

  /// Runs all blocks.
  public void run(Cpu cpu) {
    try (Arena arena = Arena.ofShared()) {
      if (workspace != 0) {
        runInTurns(arena);
      } else if (ordered) {
        ThreadBlock block = new ThreadBlock(this, arena);
        for (long i = 0; i < shape.blocks(); i++) {
          block.run(i);
        }
      } else {
        runTogether(cpu, arena);
      }
    }
  }

  /// All blocks at once, each having its turn.
  private void runInTurns(Arena arena) {
    List<ThreadBlock> blocks = new ArrayList<>();
    for (long i = 0; i < shape.blocks(); i++) {
      ThreadBlock block = new ThreadBlock(this, arena);
      block.begin(i);
      blocks.add(block);
    }
    while (!blocks.isEmpty()) {
      blocks.removeIf(block -> !block.step());
    }
  }

  private void runTogether(Cpu cpu, Arena arena) {
    Queue<ThreadBlock> idle = new ConcurrentLinkedQueue<>();
    long blocks = shape.blocks();
    long perTask = Math.ceilDiv(blocks, TASKS);
    cpu.parallel(
        (int) Math.ceilDiv(blocks, perTask),
        task -> {
          ThreadBlock block = idle.poll();
          if (block == null) {
            block = new ThreadBlock(this, arena);
          }
          long end = Math.min(blocks, (task + 1) * perTask);
          for (long i = task * perTask; i < end; i++) {
            block.run(i);
          }
          idle.add(block);
        });
  }
}
