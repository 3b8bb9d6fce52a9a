package cadj.bench.workload;

import java.util.List;
import java.util.function.Supplier;

/// A row of the table before it is measured.
///
/// @param room the kernel, or the kind of step
/// @param operation what of it
/// @param shape sizes, and where they occur
/// @param workload makes the numbers to work on, when its turn comes
public record Entry(
    String room, String operation, String shape, Supplier<? extends Workload> workload) {
  /// The first of each room and operation, and no other: for a quick look.
  public static List<Entry> firsts(List<Entry> entries) {
    return entries.stream()
        .filter(
            entry ->
                entries.stream()
                    .filter(entry::measuresTheSameAs)
                    .findFirst()
                    .filter(entry::equals)
                    .isPresent())
        .toList();
  }

  private boolean measuresTheSameAs(Entry other) {
    return room.equals(other.room) && operation.equals(other.operation);
  }

  /// Room and operation.
  public String name() {
    return room + " " + operation;
  }

  @Override
  public String toString() {
    return name() + " " + shape;
  }
}
