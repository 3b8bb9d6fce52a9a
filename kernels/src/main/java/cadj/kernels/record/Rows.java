package cadj.kernels.record;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/// The rows of a table as a list.
final class Rows<T> extends AbstractList<T> implements RandomAccess {
  private final LongRows table;
  private final IntFunction<T> element;

  Rows(LongRows table, IntFunction<T> element) {
    this.table = table;
    this.element = element;
  }

  @Override
  public T get(int index) {
    return element.apply(Objects.checkIndex(index, table.size()));
  }

  @Override
  public int size() {
    return table.size();
  }
}
