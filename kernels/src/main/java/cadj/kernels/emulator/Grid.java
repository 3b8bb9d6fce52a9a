package cadj.kernels.emulator;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.LaunchShape;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// One launch.
///
/// @param checks what is remembered for checks, or null to run without
/// @param arguments address of the argument block
/// @param budget instructions that a warp's worth of threads may run before a block counts as stuck
/// @param counts whether what is done is to be counted
record Grid(
    CompiledKernel kernel,
    LaunchShape shape,
    DeviceMemory memory,
    @Nullable CheckState checks,
    long arguments,
    long budget,
    boolean counts) {
  /// Blocks that one task runs one after another: enough of them to be worth its while.
  private static final int TASKS = 64;

  /// Runs all blocks, in no order; the counts, if there are any.
  Optional<LaunchCounts> run(Cpu cpu) {
    try (Arena arena = Arena.ofShared()) {
      Queue<ThreadBlock> made = new ConcurrentLinkedQueue<>();
      if (checks == null) {
        runTogether(cpu, arena, made);
      } else {
        checks.begin(shape.blocks());
        runInOrder(arena, made);
      }
      return counts
          ? Optional.of(
              Counting.sum(kernel, shape, made.stream().map(ThreadBlock::counting).toList()))
          : Optional.empty();
    }
  }

  private void runInOrder(Arena arena, Queue<ThreadBlock> made) {
    ThreadBlock block = new ThreadBlock(this, arena);
    made.add(block);
    for (long i = 0; i < shape.blocks(); i++) {
      block.run(i);
    }
  }

  private void runTogether(Cpu cpu, Arena arena, Queue<ThreadBlock> idle) {
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
