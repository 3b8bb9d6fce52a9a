package cadj.kernels.record;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// The slices of a recording, 48 bytes each.
final class Slices {
  private static final Work NOT_KNOWN = new Work("", 0, 0, "", 0);
  private static final Kind[] KINDS = Kind.values();

  private static final int PARENT_AND_CAUSE = 0;
  private static final int KIND_AND_NAME = 1;
  private static final int START = 2;
  private static final int END = 3;
  private static final int WORK_AND_ALGORITHM = 4;
  private static final int DEVICE_NANOS = 5;

  private final LongRows rows = new LongRows(6);
  private final Words<String, String> names = new Words<>();
  private final Words<String, String> algorithms = new Words<>();

  /// Number 0: nothing is known.
  private final Words<Object, Work> works = new Words<>();

  Slices() {
    algorithms.number("", Function.identity());
    works.number(NOT_KNOWN, key -> NOT_KNOWN);
  }

  int size() {
    return rows.size();
  }

  @SuppressWarnings("EnumOrdinal") // packed into a number, and read back in the same program
  int begin(Kind kind, String name, int parent, int cause, long now) {
    int number = names.number(name, Function.identity());
    return rows.add(pair(parent, cause), pair(kind.ordinal(), number), now, now);
  }

  void end(int slice, long now) {
    rows.set(slice, END, now);
  }

  int parent(int slice) {
    return high(rows.get(slice, PARENT_AND_CAUSE));
  }

  Kind kind(int slice) {
    return KINDS[high(rows.get(slice, KIND_AND_NAME))];
  }

  void work(int slice, Object key, Supplier<Work> work) {
    int number = works.number(key, k -> work.get());
    rows.set(slice, WORK_AND_ALGORITHM, pair(number, low(rows.get(slice, WORK_AND_ALGORITHM))));
  }

  /// Adds to the algorithms of a slice, each named once.
  void algorithm(int slice, String words) {
    long before = rows.get(slice, WORK_AND_ALGORITHM);
    String others = algorithms.get(low(before));
    if (!List.of(others.split(", ")).contains(words)) {
      String all = others.isEmpty() ? words : others + ", " + words;
      int number = algorithms.number(all, Function.identity());
      rows.set(slice, WORK_AND_ALGORITHM, pair(high(before), number));
    }
  }

  void deviceNanos(int slice, long nanos) {
    rows.set(slice, DEVICE_NANOS, nanos);
  }

  Slice get(int id) {
    long workAndAlgorithm = rows.get(id, WORK_AND_ALGORITHM);
    Work known = works.get(high(workAndAlgorithm));
    String algorithm = algorithms.get(low(workAndAlgorithm));
    long deviceNanos = rows.get(id, DEVICE_NANOS);
    boolean isKnown = workAndAlgorithm != 0 || deviceNanos != 0;
    long kindAndName = rows.get(id, KIND_AND_NAME);
    return new Slice(
        id,
        parent(id),
        KINDS[high(kindAndName)],
        names.get(low(kindAndName)),
        low(rows.get(id, PARENT_AND_CAUSE)),
        rows.get(id, START),
        rows.get(id, END),
        isKnown
            ? new Work(known.shapes(), known.flops(), known.bytes(), algorithm, deviceNanos)
            : null);
  }

  List<Slice> all() {
    return rows.asList(this::get);
  }

  private static long pair(int high, int low) {
    return (long) high << Integer.SIZE | Integer.toUnsignedLong(low);
  }

  private static int high(long pair) {
    return (int) (pair >>> Integer.SIZE);
  }

  private static int low(long pair) {
    return (int) pair;
  }
}
