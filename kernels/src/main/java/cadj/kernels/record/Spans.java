package cadj.kernels.record;

import java.util.List;
import java.util.function.Function;

/// The spans of a recording, 32 bytes each.
final class Spans {
  private static final int SLICE = 0;
  private static final int THREAD_AND_NAME = 1;
  private static final int START = 2;
  private static final int END = 3;

  private final LongRows rows = new LongRows(4);
  private final Words<String, String> names = new Words<>();

  int size() {
    return rows.size();
  }

  void add(int slice, int thread, String name, long start, long end) {
    int number = names.number(name, Function.identity());
    rows.add(slice, (long) thread << Integer.SIZE | number, start, end);
  }

  private Span get(int i) {
    long threadAndName = rows.get(i, THREAD_AND_NAME);
    return new Span(
        (int) rows.get(i, SLICE),
        (int) (threadAndName >>> Integer.SIZE),
        names.get((int) threadAndName),
        rows.get(i, START),
        rows.get(i, END));
  }

  List<Span> all() {
    return rows.asList(this::get);
  }
}
