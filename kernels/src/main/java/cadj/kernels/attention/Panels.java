package cadj.kernels.attention;

import cadj.kernels.device.Cpu;
import cadj.kernels.gemm.GemmTile;
import java.util.function.IntConsumer;

/// How attention is cut: tokens into panels, panels into tasks, and what they meet into blocks.
final class Panels {
  /// A panel of tokens, one per lane, as wide as a register tile.
  static final int COLUMNS = GemmTile.WIDTH;

  static final float LOG2_E = (float) (1 / Math.log(2));

  /// Keys or queries that a panel meets at a time: a block of scores fills a third of a first-level
  /// cache.
  static final int BLOCK = 128;

  /// Floats of panels that one task keeps, about: a quarter of a second-level cache.
  private static final int TASK_FLOATS = 1 << 16;

  /// Most tokens in the panels of one task.
  private static final int TASK_TOKENS = 512;

  /// Products of fewer multiplications run in the calling thread.
  private static final long SMALL = 1 << 17;

  private Panels() {}

  /// How many panels one task takes, which then share each block they meet: by the floats that each
  /// keeps per column.
  static int perTask(int floats) {
    return Math.clamp(TASK_FLOATS / (COLUMNS * Math.max(1, floats)), 1, TASK_TOKENS / COLUMNS);
  }

  /// Runs the tasks of an attention, on all threads if it is worth it.
  static void parallel(Cpu cpu, AttentionShape s, int tasks, IntConsumer task) {
    if ((long) s.batch() * s.heads() * s.queries() * s.keys() * s.dim() < SMALL) {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
    } else {
      cpu.parallel(tasks, task);
    }
  }
}
