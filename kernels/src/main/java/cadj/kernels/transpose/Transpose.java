package cadj.kernels.transpose;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// A transpose by squares as wide as a vector, which are shuffled in registers.
public final class Transpose {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Side of a square.
  public static final int TILE = SPECIES.length();

  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorMask<Float> WITH_1 = lanes(1, true);
  private static final VectorMask<Float> WITHOUT_1 = lanes(1, false);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorMask<Float> WITH_2 = lanes(2, true);
  private static final VectorMask<Float> WITHOUT_2 = lanes(2, false);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorMask<Float> WITH_4 = lanes(4, true);
  private static final VectorMask<Float> WITHOUT_4 = lanes(4, false);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorMask<Float> WITH_8 = lanes(8, true);
  private static final VectorMask<Float> WITHOUT_8 = lanes(8, false);
  private static final ThreadLocal<float[]> SCRATCH =
      ThreadLocal.withInitial(() -> new float[TILE * TILE]);

  private Transpose() {}

  /// to[c, r] = from[r, c] for r < rows and c < columns, whose rows lie `pitch` and `toPitch`
  /// apart.
  public static void run(
      float[] from, int at, int pitch, int rows, int columns, float[] to, int toAt, int toPitch) {
    float[] scratch = SCRATCH.get();
    int top = 0;
    for (; top <= rows - TILE; top += TILE) {
      ReadAhead.rows(from, at + top * pitch, pitch, TILE, columns, scratch, 0);
      int left = 0;
      for (; left <= columns - TILE; left += TILE) {
        int corner = at + top * pitch + left;
        square(from, corner, pitch, to, toAt + left * toPitch + top, toPitch, scratch);
      }
      int corner = at + top * pitch + left;
      boolean readable = corner + (TILE - 1) * pitch + TILE <= from.length;
      if (readable && columns - left >= TILE / 2) {
        part(
            from, corner, pitch, columns - left, to, toAt + left * toPitch + top, toPitch, scratch);
      } else {
        rest(from, at, pitch, top, top + TILE, left, columns, to, toAt, toPitch);
      }
    }
    rest(from, at, pitch, top, rows, 0, columns, to, toAt, toPitch);
  }

  /// A square of which only some columns are wanted, turned within the scratch.
  private static void part(
      float[] from,
      int at,
      int pitch,
      int columns,
      float[] to,
      int toAt,
      int toPitch,
      float[] scratch) {
    square(from, at, pitch, scratch, 0, TILE, scratch);
    for (int c = 0; c < columns; c++) {
      FloatVector.fromArray(SPECIES, scratch, c * TILE).intoArray(to, toAt + c * toPitch);
    }
  }

  /// Rows `top` … `bottom − 1` and columns `left` … `right − 1`, four rows at a time.
  private static void rest(
      float[] from,
      int at,
      int pitch,
      int top,
      int bottom,
      int left,
      int right,
      float[] to,
      int toAt,
      int toPitch) {
    int r = top;
    for (; r <= bottom - 4; r += 4) {
      int first = at + r * pitch;
      int second = first + pitch;
      int third = second + pitch;
      int fourth = third + pitch;
      int out = toAt + left * toPitch + r;
      for (int c = left; c < right; c++) {
        to[out] = from[first + c];
        to[out + 1] = from[second + c];
        to[out + 2] = from[third + c];
        to[out + 3] = from[fourth + c];
        out += toPitch;
      }
    }
    for (; r < bottom; r++) {
      for (int c = left; c < right; c++) {
        to[toAt + c * toPitch + r] = from[at + r * pitch + c];
      }
    }
  }

  /// Squares of 2 by 2 are transposed, then squares of 2 by 2 of those, and so on: two rows whose
  /// numbers differ in one bit exchange the lanes whose numbers differ from the row's in that bit.
  /// Two bits at a time stay in registers.
  private static void square(
      float[] from, int at, int pitch, float[] to, int toAt, int toPitch, float[] scratch) {
    if (TILE == 4) {
      bits1And2(from, at, pitch, to, toAt, toPitch);
      return;
    }
    for (int row = 0; row < TILE; row += 4) {
      bits1And2(from, at + row * pitch, pitch, scratch, row * TILE, TILE);
    }
    if (TILE == 8) {
      for (int row = 0; row < 4; row++) {
        bit4(scratch, row * TILE, to, toAt + row * toPitch, toPitch);
      }
    } else {
      for (int row = 0; row < 4; row++) {
        bits4And8(scratch, row * TILE, to, toAt + row * toPitch, toPitch);
      }
    }
  }

  /// Four neighbouring rows.
  private static void bits1And2(float[] x, int at, int pitch, float[] y, int yAt, int yPitch) {
    FloatVector a = FloatVector.fromArray(SPECIES, x, at);
    FloatVector b = FloatVector.fromArray(SPECIES, x, at + pitch);
    FloatVector c = FloatVector.fromArray(SPECIES, x, at + 2 * pitch);
    FloatVector d = FloatVector.fromArray(SPECIES, x, at + 3 * pitch);
    FloatVector ab = a.blend(b.rearrange(SWAP_1), WITH_1);
    FloatVector ba = b.blend(a.rearrange(SWAP_1), WITHOUT_1);
    FloatVector cd = c.blend(d.rearrange(SWAP_1), WITH_1);
    FloatVector dc = d.blend(c.rearrange(SWAP_1), WITHOUT_1);
    ab.blend(cd.rearrange(SWAP_2), WITH_2).intoArray(y, yAt);
    ba.blend(dc.rearrange(SWAP_2), WITH_2).intoArray(y, yAt + yPitch);
    cd.blend(ab.rearrange(SWAP_2), WITHOUT_2).intoArray(y, yAt + 2 * yPitch);
    dc.blend(ba.rearrange(SWAP_2), WITHOUT_2).intoArray(y, yAt + 3 * yPitch);
  }

  /// Two rows of the scratch, four apart.
  private static void bit4(float[] x, int at, float[] y, int yAt, int yPitch) {
    FloatVector a = FloatVector.fromArray(SPECIES, x, at);
    FloatVector b = FloatVector.fromArray(SPECIES, x, at + 4 * TILE);
    a.blend(b.rearrange(SWAP_4), WITH_4).intoArray(y, yAt);
    b.blend(a.rearrange(SWAP_4), WITHOUT_4).intoArray(y, yAt + 4 * yPitch);
  }

  /// Four rows of the scratch, four apart.
  private static void bits4And8(float[] x, int at, float[] y, int yAt, int yPitch) {
    FloatVector a = FloatVector.fromArray(SPECIES, x, at);
    FloatVector b = FloatVector.fromArray(SPECIES, x, at + 4 * TILE);
    FloatVector c = FloatVector.fromArray(SPECIES, x, at + 8 * TILE);
    FloatVector d = FloatVector.fromArray(SPECIES, x, at + 12 * TILE);
    FloatVector ab = a.blend(b.rearrange(SWAP_4), WITH_4);
    FloatVector ba = b.blend(a.rearrange(SWAP_4), WITHOUT_4);
    FloatVector cd = c.blend(d.rearrange(SWAP_4), WITH_4);
    FloatVector dc = d.blend(c.rearrange(SWAP_4), WITHOUT_4);
    ab.blend(cd.rearrange(SWAP_8), WITH_8).intoArray(y, yAt);
    ba.blend(dc.rearrange(SWAP_8), WITH_8).intoArray(y, yAt + 4 * yPitch);
    cd.blend(ab.rearrange(SWAP_8), WITHOUT_8).intoArray(y, yAt + 8 * yPitch);
    dc.blend(ba.rearrange(SWAP_8), WITHOUT_8).intoArray(y, yAt + 12 * yPitch);
  }

  /// Lanes whose numbers differ in `bit` change places.
  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ bit) % TILE);
  }

  /// Lanes whose numbers have `bit`, or have it not.
  private static VectorMask<Float> lanes(int bit, boolean with) {
    boolean[] lanes = new boolean[TILE];
    for (int lane = 0; lane < TILE; lane++) {
      lanes[lane] = (lane & bit) != 0 == with;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }
}
