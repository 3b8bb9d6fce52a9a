package cadj.kernels.transpose;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// A transpose by squares as wide as a vector, which are shuffled in registers.
public final class Transpose {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Side of a square.
  public static final int TILE = SPECIES.length();

  private static final VectorShuffle<Float> LOWER = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> UPPER = VectorShuffle.makeZip(SPECIES, 1);
  private static final ThreadLocal<float[]> SCRATCH =
      ThreadLocal.withInitial(() -> new float[2 * TILE * TILE]);

  private Transpose() {}

  /// to[c, r] = from[r, c] for r < rows and c < columns, whose rows lie `pitch` and `toPitch`
  /// apart.
  public static void run(
      float[] from, int at, int pitch, int rows, int columns, float[] to, int toAt, int toPitch) {
    float[] scratch = SCRATCH.get();
    int top = 0;
    for (; top <= rows - TILE; top += TILE) {
      int left = 0;
      for (; left <= columns - TILE; left += TILE) {
        int corner = at + top * pitch + left;
        square(from, corner, pitch, to, toAt + left * toPitch + top, toPitch, scratch);
      }
      rest(from, at, pitch, top, top + TILE, left, columns, to, toAt, toPitch);
    }
    rest(from, at, pitch, top, rows, 0, columns, to, toAt, toPitch);
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

  /// A square of 2ᵐ by 2ᵐ, read as one list, is transposed by m perfect shuffles of that list: each
  /// rotates the bits of every element's place by one. A shuffle zips vector k of the first half
  /// with vector k of the second into vectors 2k and 2k+1.
  private static void square(
      float[] from, int at, int pitch, float[] to, int toAt, int toPitch, float[] scratch) {
    zip(from, at, pitch, scratch, 0, TILE);
    int half = 0;
    for (int shuffled = 4; shuffled < TILE; shuffled *= 2) {
      int other = TILE * TILE - half;
      zip(scratch, half, TILE, scratch, other, TILE);
      half = other;
    }
    zip(scratch, half, TILE, to, toAt, toPitch);
  }

  /// One shuffle; the vectors of the list lie `xStep` apart in x, `yStep` in y.
  private static void zip(float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    for (int k = 0; k < TILE / 2; k++) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + k * xStep);
      FloatVector b = FloatVector.fromArray(SPECIES, x, xAt + (k + TILE / 2) * xStep);
      a.rearrange(LOWER, b).intoArray(y, yAt + 2 * k * yStep);
      a.rearrange(UPPER, b).intoArray(y, yAt + (2 * k + 1) * yStep);
    }
  }
}
