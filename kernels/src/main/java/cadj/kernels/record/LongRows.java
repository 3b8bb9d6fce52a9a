package cadj.kernels.record;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A table of longs that grows row by row, in blocks, so that nothing is copied.
final class LongRows {
  private static final int BLOCK_ROWS = 1 << 14;

  private final int columns;
  private final List<long[]> blocks = new ArrayList<>();
  private int rows;

  LongRows(int columns) {
    this.columns = columns;
  }

  /// Adds a row.
  ///
  /// @param values of its first columns; the others are 0
  /// @return its number
  int add(long... values) {
    if (rows % BLOCK_ROWS == 0) {
      blocks.add(new long[BLOCK_ROWS * columns]);
    }
    System.arraycopy(values, 0, blocks.getLast(), rows % BLOCK_ROWS * columns, values.length);
    return rows++;
  }

  long get(int row, int column) {
    return blocks.get(row / BLOCK_ROWS)[row % BLOCK_ROWS * columns + column];
  }

  void set(int row, int column, long value) {
    blocks.get(row / BLOCK_ROWS)[row % BLOCK_ROWS * columns + column] = value;
  }

  int size() {
    return rows;
  }

  /// The rows as a list of elements, each made when it is asked for.
  <T> List<T> asList(IntFunction<T> element) {
    return new Rows<>(this, element);
  }
}
