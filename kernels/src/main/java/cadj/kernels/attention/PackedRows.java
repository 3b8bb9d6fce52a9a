package cadj.kernels.attention;

import cadj.kernels.gemm.GemmTile;
import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.gemm.TransposedTile;

/// A packed matrix, [count][length], and its products with panels: the rows lie as far apart as
/// register tiles want, in pieces where they are longer than that.
///
/// One packing serves both products. Tasks of one thread reuse it.
final class PackedRows {
  private static final int PITCH = GemmTile.PITCH;
  private static final int COLUMNS = GemmTile.WIDTH;

  private float[] packed = new float[0];
  private int count;
  private int length;
  private int pieceLength;

  /// Takes tokens first … first+count−1 of `head`.
  void load(TokenPanels tokens, int head, int first, int count) {
    resize(count, tokens.dim());
    for (int from = 0; from < length; from += pieceLength) {
      int to = piece(from);
      for (int row = 0; row < count; row++) {
        System.arraycopy(
            tokens.data().array(),
            tokens.at(head, first + row) + from,
            packed,
            to + row * PITCH,
            Math.min(pieceLength, length - from));
      }
    }
  }

  /// Makes room, for contents that are written to [#packed] next, if short enough for one piece.
  void resize(int count, int length) {
    this.count = count;
    this.length = length;
    this.pieceLength = PackedProduct.evenDepth(length);
    int floats = Math.ceilDiv(length, pieceLength) * count * PITCH;
    if (packed.length < floats) {
      packed = new float[floats];
    }
  }

  float[] packed() {
    return packed;
  }

  /// c[count][COLUMNS] (+)= rows · panel[length][COLUMNS], c's rows `ldc` apart.
  void times(float[] panel, int panelAt, float[] c, int cAt, int ldc, boolean add) {
    int tiles = Math.ceilDiv(count, GemmTile.MAX_HEIGHT);
    for (int from = 0; from < length; from += pieceLength) {
      int depth = Math.min(pieceLength, length - from);
      for (int tile = 0; tile < tiles; tile++) {
        int row = count * tile / tiles;
        int height = count * (tile + 1) / tiles - row;
        GemmTile.run(
            height,
            packed,
            piece(from) + row * PITCH,
            panel,
            panelAt + from * COLUMNS,
            depth,
            c,
            cAt + row * ldc,
            ldc,
            add || from > 0);
      }
    }
  }

  /// c[length][COLUMNS] (+)= rowsᵀ · panel[count][COLUMNS]
  void transposedTimes(float[] panel, float[] c, int cAt, boolean add) {
    for (int from = 0; from < length; from += pieceLength) {
      int width = Math.min(pieceLength, length - from);
      int tiles = Math.ceilDiv(width, GemmTile.MAX_HEIGHT);
      for (int tile = 0; tile < tiles; tile++) {
        int d = width * tile / tiles;
        int height = width * (tile + 1) / tiles - d;
        TransposedTile.run(
            height,
            packed,
            piece(from) + d,
            panel,
            0,
            count,
            c,
            cAt + (from + d) * COLUMNS,
            COLUMNS,
            add);
      }
    }
  }

  /// Where the piece that begins with column `from` lies.
  private int piece(int from) {
    return from / pieceLength * count * PITCH;
  }
}
