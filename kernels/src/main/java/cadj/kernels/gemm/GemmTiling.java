package cadj.kernels.gemm;

import cadj.kernels.device.GemmShape;

/// How a GPU shares out a product: square tiles of C, a block each, and k in pieces.
///
/// It follows from the shape alone, never from the machine, so that a product is the same bits on
/// every GPU.
///
/// @param tile edge of a tile, 128 or 64
/// @param pieces into which k is cut, each multiplied by blocks of its own
/// @param depth terms of a piece, the last excepted
record GemmTiling(int tile, int pieces, int depth) {
  private static final int LARGE = 128;
  private static final int SMALL = 64;

  /// Blocks that keep a large GPU busy.
  private static final int ENOUGH = 128;

  /// Terms below which a piece is not worth the memory that its sums take.
  private static final int LEAST_DEPTH = 256;

  /// Every piece but the last is whole tiles of 8 or 16 terms.
  private static final int DEPTH_STEP = 16;

  /// Large tiles read each operand half as often as small ones, but where they are few, small ones
  /// are taken, and where those are still few, k is cut.
  static GemmTiling of(GemmShape shape) {
    if (blocks(shape, LARGE) >= ENOUGH) {
      return whole(shape, LARGE);
    }
    long most = Math.min(Math.ceilDiv(ENOUGH, blocks(shape, SMALL)), shape.k() / LEAST_DEPTH);
    return most < 2 ? whole(shape, SMALL) : inPieces(shape, SMALL, (int) most);
  }

  static GemmTiling whole(GemmShape shape, int tile) {
    return new GemmTiling(tile, 1, shape.k());
  }

  /// At most `most` even pieces.
  static GemmTiling inPieces(GemmShape shape, int tile, int most) {
    int depth = Math.ceilDiv(Math.ceilDiv(shape.k(), most), DEPTH_STEP) * DEPTH_STEP;
    return new GemmTiling(tile, Math.ceilDiv(shape.k(), depth), depth);
  }

  /// Blocks without pieces.
  private static long blocks(GemmShape shape, int tile) {
    return (long) Math.ceilDiv(shape.m(), tile) * Math.ceilDiv(shape.n(), tile) * shape.batch();
  }

  /// The grid.
  int blocks(GemmShape shape) {
    return Math.toIntExact(Math.multiplyExact(blocks(shape, tile), (long) pieces));
  }

  /// Threads of a block, for 64 or 32 sums each.
  int threads() {
    return 2 * tile;
  }

  /// Such as `tiles of 64, k in 4 pieces`.
  String words() {
    return pieces == 1 ? "tiles of " + tile : "tiles of %d, k in %d pieces".formatted(tile, pieces);
  }
}
