package cadj.kernels.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The one product that attention is made of: 8 rows by two vectors of columns.
///
/// Sixteen sums stay in registers over the whole loop; each step broadcasts 8 elements of a and
/// reads two vectors of b, both packed so that they lie side by side.
final class Tile {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  static final int ROWS = 8;

  /// Columns: a panel of tokens, one per lane.
  static final int COLUMNS = 2 * LANES;

  private Tile() {}

  /// c[8][COLUMNS] = Σₖ a[k][8]ᵀ b[k][COLUMNS], k < depth.
  static void product(float[] c, int cAt, float[] a, int aAt, float[] b, int bAt, int depth) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    for (int k = 0; k < depth; k++) {
      int i = aAt + k * ROWS;
      int j = bAt + k * COLUMNS;
      FloatVector b0 = FloatVector.fromArray(S, b, j);
      FloatVector b1 = FloatVector.fromArray(S, b, j + LANES);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[i + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[i + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[i + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[i + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(S, a[i + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(S, a[i + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(S, a[i + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c10.intoArray(c, cAt + COLUMNS);
    c11.intoArray(c, cAt + COLUMNS + LANES);
    c20.intoArray(c, cAt + 2 * COLUMNS);
    c21.intoArray(c, cAt + 2 * COLUMNS + LANES);
    c30.intoArray(c, cAt + 3 * COLUMNS);
    c31.intoArray(c, cAt + 3 * COLUMNS + LANES);
    c40.intoArray(c, cAt + 4 * COLUMNS);
    c41.intoArray(c, cAt + 4 * COLUMNS + LANES);
    c50.intoArray(c, cAt + 5 * COLUMNS);
    c51.intoArray(c, cAt + 5 * COLUMNS + LANES);
    c60.intoArray(c, cAt + 6 * COLUMNS);
    c61.intoArray(c, cAt + 6 * COLUMNS + LANES);
    c70.intoArray(c, cAt + 7 * COLUMNS);
    c71.intoArray(c, cAt + 7 * COLUMNS + LANES);
  }
}
