package cadj.kernels.tiles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Launch;
import org.jspecify.annotations.Nullable;

/// Blocks of 256 threads on [images,rows,columns], when columns are to be reduced or treated alike.
///
/// A block is `width` threads wide, each for four columns, and `lanes` deep; `stack` times that,
/// for as many images, where there are few rows. It works on a tile of 4·width columns and one part
/// of the rows. Everything follows from the sizes, nothing from the machine, so sums in this order
/// are the same everywhere. Powers of two are given by their logarithms.
///
/// @param part rows of one part; the last may have fewer
public record ColumnTiles(int images, int rows, int columns, int logWidth, int logLanes, int part) {
  public static final int THREADS = 256;

  private static final int LOG_THREADS = 8;
  private static final int LARGEST_LOG_WIDTH = 5;

  /// Enough blocks to occupy any GPU; beyond, threads get more rows instead.
  private static final int MANY_BLOCKS = 1024;

  /// Rows of one thread.
  private static final int FEWEST = 4;

  private static final int MOST = 32;

  /// A block works on one image.
  public static ColumnTiles of(int images, int rows, int columns) {
    int logWidth = logWidth(columns);
    return cut(images, rows, columns, logWidth, LOG_THREADS - logWidth);
  }

  /// For sums: a block works on several images if a thread would otherwise get fewer than four
  /// rows, and on all rows if a thread then gets no more than 32, since to add parts up costs
  /// another launch.
  public static ColumnTiles stacked(int images, int rows, int columns) {
    int logWidth = logWidth(columns);
    int logLanes = Math.min(LOG_THREADS - logWidth, logCeil(Math.ceilDiv(rows, FEWEST)));
    return rows <= MOST << logLanes
        ? new ColumnTiles(images, rows, columns, logWidth, logLanes, Math.max(1, rows))
        : cut(images, rows, columns, logWidth, logLanes);
  }

  private static ColumnTiles cut(int images, int rows, int columns, int logWidth, int logLanes) {
    ColumnTiles single = new ColumnTiles(images, rows, columns, logWidth, logLanes, 1);
    long blocks = (long) Math.ceilDiv(images, single.stack()) * single.tiles();
    long each = blocks * (rows >>> logLanes) / MANY_BLOCKS;
    int part = Math.clamp(each, FEWEST, MOST) << logLanes;
    return new ColumnTiles(images, rows, columns, logWidth, logLanes, part);
  }

  private static int logWidth(int columns) {
    return Math.min(LARGEST_LOG_WIDTH, logCeil(Math.ceilDiv(columns, 4)));
  }

  /// Logarithm of the smallest power of two that is at least `n`; 0 for 0.
  public static int logCeil(int n) {
    return n <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
  }

  /// Images of one block.
  public int stack() {
    return THREADS >>> (logWidth + logLanes);
  }

  /// Parts of an image; without rows there is none.
  public int parts() {
    return Math.ceilDiv(rows, part);
  }

  /// Tiles across the columns.
  public int tiles() {
    return Math.ceilDiv(columns, 4 << logWidth);
  }

  /// Blocks: tile by tile, part by part, image by image.
  public int blocks() {
    return Math.ceilDiv(images, stack()) * Math.max(1, parts()) * tiles();
  }

  /// Whether kernels may move four neighbours of a row at once, in each of `buffers`, as they take
  /// it: 1 or 0.
  public int vectors(@Nullable Buffer... buffers) {
    return columns % 4 == 0 && Launch.aligned(buffers) ? 1 : 0;
  }
}
