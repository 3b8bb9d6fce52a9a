package cadj.kernels.tiles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Launch;
import org.jspecify.annotations.Nullable;

/// Blocks of 256 threads on [rows,width], when each row is to be reduced: a team of threads a row.
///
/// Each thread takes four elements at a time. A short row gets as many lanes of a warp as it has
/// work for, a power of two, so that a warp serves several rows; a long one gets a block.
public record RowTeams(int rows, int width) {
  public static final int THREADS = 256;

  private static final int LOG_BLOCK = 8;
  private static final int LOG_WARP = 5;

  /// Longest row for the lanes of a warp: eight times four elements each.
  private static final int LONGEST_FOR_WARP = 1024;

  /// Logarithm of a team's threads: 0 to 5, or 8.
  public int logThreads() {
    return width > LONGEST_FOR_WARP
        ? LOG_BLOCK
        : Math.min(LOG_WARP, ColumnTiles.logCeil(Math.ceilDiv(width, 4)));
  }

  public int blocks() {
    return Math.ceilDiv(rows, 1 << (LOG_BLOCK - logThreads()));
  }

  /// Whether kernels may move four neighbours of a row at once, in each of `buffers`, as they take
  /// it: 1 or 0.
  public int vectors(@Nullable Buffer... buffers) {
    return width % 4 == 0 && Launch.aligned(buffers) ? 1 : 0;
  }
}
