package cadj.kernels.strided;

import cadj.kernels.device.Cpu;

/// Shares the runs of a [LoopNest]'s innermost loop among threads: short runs several to a task,
/// long ones in pieces, all by the nest's sizes alone.
public final class ParallelLoops {
  /// Elements of one task, about; work below that is not worth waking a thread for.
  private static final int GRAIN = 1 << 15;

  private ParallelLoops() {}

  /// Some consecutive steps of the innermost loop.
  @FunctionalInterface
  public interface Run {
    /// @param at where each operand stands at the first step; not to be kept or changed
    void accept(int[] at, int steps);
  }

  /// Calls `run` so that every step of `nest` is taken once, in any order, on all threads.
  public static void each(Cpu cpu, LoopNest nest, Run run) {
    if (nest.innerSize() > GRAIN) {
      pieces(cpu, nest, run);
    } else {
      whole(cpu, nest, run);
    }
  }

  private static void whole(Cpu cpu, LoopNest nest, Run run) {
    int steps = nest.innerSize();
    cpu.parallelRange(
        nest.outerCount(),
        GRAIN / Math.max(1, steps),
        (from, to) -> {
          Cursor cursor = new Cursor(nest, from);
          for (int outer = from; outer < to; outer++) {
            run.accept(cursor.at(), steps);
            cursor.advance();
          }
        });
  }

  private static void pieces(Cpu cpu, LoopNest nest, Run run) {
    int pieces = Math.ceilDiv(nest.innerSize(), GRAIN);
    cpu.parallel(
        nest.outerCount() * pieces,
        task -> {
          int from = task % pieces * GRAIN;
          int[] at = new Cursor(nest, task / pieces).at();
          for (int o = 0; o < at.length; o++) {
            at[o] += from * nest.innerStride(o);
          }
          run.accept(at, Math.min(GRAIN, nest.innerSize() - from));
        });
  }
}
