package cadj.kernels.vectormath;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Some rows at a time of a matrix [rows,width]. A row is whole vectors at columns 0 … [#whole] − 1
/// and, if it [#hasRest], less than a vector behind them.
///
/// Where rows are short and have a rest, a loop over whole vectors with the rest after it takes
/// half the time of a loop over [#any] vector; else, as in a model's layer norms, there is no
/// difference.
public final class Rows {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  /// Elements of one task, about.
  private static final int GRAIN = 1 << 15;

  /// Fewest elements worth a task of their own.
  private static final int LEAST = 1 << 12;

  /// Elements of the rows that go through steps together, about: three matrices' fill half of a
  /// first cache.
  private static final int TOGETHER = 1 << 11;

  private final float[] array;
  private final int offset;
  private final int width;
  private final int whole;
  private int at;
  private int count;

  public Rows(F32 matrix, int width) {
    this.array = matrix.array();
    this.offset = matrix.offset();
    this.width = width;
    this.whole = width - width % LANES;
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

  /// The one row that is `x`, padded with 0 to whole vectors, in an array of its own.
  public static float[] paddedCopy(F32 x, int width) {
    float[] row = Arrays.copyOfRange(x.array(), x.offset(), x.offset() + width);
    return Arrays.copyOf(row, Math.ceilDiv(width, LANES) * LANES);
  }

  /// Rows `from` … `to − 1` are meant from now on, as rows 0, 1, …
  public Rows seek(int from, int to) {
    at = offset + from * width;
    count = to - from;
    return this;
  }

  public int count() {
    return count;
  }

  public int width() {
    return width;
  }

  /// The columns that are in whole vectors.
  public int whole() {
    return whole;
  }

  public boolean hasRest() {
    return whole < width;
  }

  /// The whole vector at column `i`.
  public FloatVector vector(int row, int i) {
    return FloatVector.fromArray(S, array, at + row * width + i);
  }

  public void put(FloatVector v, int row, int i) {
    v.intoArray(array, at + row * width + i);
  }

  /// The rest of a row, padded with 0.
  public FloatVector rest(int row) {
    return FloatVector.fromArray(S, array, at + row * width + whole, lanesOfRest());
  }

  /// The rest of a row, padded with `padding`.
  public FloatVector rest(int row, float padding) {
    return FloatVector.broadcast(S, padding).blend(rest(row), lanesOfRest());
  }

  public void putRest(FloatVector v, int row) {
    v.intoArray(array, at + row * width + whole, lanesOfRest());
  }

  /// Made where it is used: of a mask in a field the compiler would not know the class.
  private VectorMask<Float> lanesOfRest() {
    return S.indexInRange(whole, width);
  }

  /// The vector at column `i`, whole or the rest padded with 0.
  public FloatVector any(int row, int i) {
    return Carried.of(i < whole ? vector(row, i) : rest(row));
  }

  /// Puts at column `i` what the row has room for.
  public void putAny(FloatVector v, int row, int i) {
    if (i < whole) {
      put(v, row, i);
    } else {
      putRest(v, row);
    }
  }
}
