package cadj.kernels.conv;

/// How a product of matrices is cut for a GPU, by its sizes alone: results into squares of `side`,
/// sums into slices of `depth` terms, which are added up afterwards.
record ProductTiles(int side, int slices, int depth) {
  /// Chooses for a product of m rows and n columns, of sums of `terms` terms, `groups` times.
  interface Choice {
    ProductTiles choose(int m, int n, int terms, int groups);
  }

  private static final int LARGE = 128;
  private static final int SMALL = 64;

  /// Blocks that keep a large machine busy.
  private static final int ENOUGH = 160;

  /// Slices are of whole rounds of all kernels.
  private static final int ROUND = 16;

  private static final int LEAST_DEPTH = 256;
  private static final int MOST_SLICES = 32;

  /// Large squares need half as many reads for a product, where enough of them are well filled.
  static ProductTiles best(int m, int n, int terms, int groups) {
    int pieces = Math.clamp(terms / LEAST_DEPTH, 1, MOST_SLICES);
    long large = blocks(m, n, groups, LARGE);
    boolean full = 16 * large <= 5 * blocks(m, n, groups, SMALL); // no more than 1¼ of the area
    int side = full && large * pieces >= ENOUGH ? LARGE : SMALL;
    long wanted = Math.ceilDiv(ENOUGH, Math.max(1, blocks(m, n, groups, side)));
    return sliced(side, (int) Math.min(pieces, wanted), terms);
  }

  /// About so many slices.
  static ProductTiles sliced(int side, int slices, int terms) {
    int depth = Math.max(ROUND, Math.ceilDiv(Math.ceilDiv(terms, slices), ROUND) * ROUND);
    return new ProductTiles(side, Math.max(1, Math.ceilDiv(terms, depth)), depth);
  }

  private static long blocks(int m, int n, int groups, int side) {
    return (long) Math.ceilDiv(m, side) * Math.ceilDiv(n, side) * groups;
  }

  /// Of a block.
  int threads(boolean tf32) {
    return tf32 ? 2 * side : 256;
  }

  /// Squares of one group and slice.
  int count(int m, int n) {
    return Math.ceilDiv(m, side) * Math.ceilDiv(n, side);
  }
}
