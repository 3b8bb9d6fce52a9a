package cadj.kernels.vectormath;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Some rows at a time of a matrix [rows,width] as whole vectors: the row that is number r of those
/// [#read] is the [#length] elements of [#array] from [#at] on.
///
/// They lie where the matrix has them if a row is a whole number of vectors, else in a copy whose
/// rows end in padding: so the code between reading and writing never meets half a vector. (Masks
/// would spare the copy, but compiled code that has them is now and then ten times slower.)
public final class Rows {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  /// Elements of one task, about.
  private static final int GRAIN = 1 << 15;

  /// Fewest elements worth a task of their own.
  private static final int LEAST = 1 << 12;

  /// Elements of the rows that go through steps together, about: two matrices' fill most of a first
  /// cache.
  private static final int TOGETHER = 1 << 12;

  private final F32 matrix;
  private final int width;
  private final float padding;
  private final int length;
  private final boolean copied;
  private final float[] array;
  private int first;
  private int count;

  /// @param most rows at a time
  /// @param padding behind the elements of a row that is read
  public Rows(F32 matrix, int width, int most, float padding) {
    this.matrix = matrix;
    this.width = width;
    this.padding = padding;
    this.length = length(width);
    this.copied = length != width;
    this.array = copied ? new float[most * length] : matrix.array();
  }

  /// Runs `body` on runs of `rows` rows, on all threads; no bit may depend on the cut.
  public static void parallel(Cpu cpu, int rows, int width, Cpu.RangeBody body) {
    int columns = Math.max(1, width);
    cpu.parallelRange(rows, cpu.grain(rows, LEAST / columns, GRAIN / columns), body);
  }

  /// How many rows to take through the steps of a computation together.
  public static int together(int width) {
    return Math.max(1, TOGETHER / Math.max(1, width));
  }

  /// The elements of a row of `width` with its padding.
  private static int length(int width) {
    return Math.ceilDiv(width, LANES) * LANES;
  }

  /// The one row that is `x`, padded with 0, in an array of its own.
  public static float[] padded(F32 x, int width) {
    float[] row = Arrays.copyOfRange(x.array(), x.offset(), x.offset() + width);
    return Arrays.copyOf(row, length(width));
  }

  /// Takes the elements of rows `from` … `to − 1`.
  public Rows read(int from, int to) {
    seek(from, to);
    if (copied) {
      for (int r = 0; r < count; r++) {
        FloatVector.broadcast(S, padding).intoArray(array, (r + 1) * length - LANES);
        copy(matrix.array(), inMatrix(r), array, r * length);
      }
    }
    return this;
  }

  /// Makes room for rows `from` … `to − 1`, which [#write] puts into the matrix.
  public Rows seek(int from, int to) {
    first = from;
    count = to - from;
    return this;
  }

  /// Puts the elements that are here into the matrix.
  public void write() {
    if (copied) {
      for (int r = 0; r < count; r++) {
        copy(array, r * length, matrix.array(), inMatrix(r));
      }
    }
  }

  /// Puts `other` behind the elements of a row, if any is needed there, until the next are read.
  public void pad(int row, float other) {
    for (int i = row * length + width; i < (row + 1) * length; i++) {
      array[i] = other;
    }
  }

  private int inMatrix(int row) {
    return matrix.offset() + (first + row) * width;
  }

  /// A row, the end of it by a vector that overlaps the one before.
  private void copy(float[] from, int at, float[] to, int toAt) {
    if (width < LANES) {
      System.arraycopy(from, at, to, toAt, width);
      return;
    }
    for (int i = 0; i < width - LANES; i += LANES) {
      FloatVector.fromArray(S, from, at + i).intoArray(to, toAt + i);
    }
    int last = width - LANES;
    FloatVector.fromArray(S, from, at + last).intoArray(to, toAt + last);
  }

  public float[] array() {
    return array;
  }

  public int at(int row) {
    return copied ? row * length : inMatrix(row);
  }

  public int count() {
    return count;
  }

  public int length() {
    return length;
  }
}
