package cadj.cad.profile.run;

import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run by phase: phases of one name inside the same are one.
public final class PhaseTree {
  private final Map<String, PhaseTree> children = new LinkedHashMap<>();
  private long calls;
  private long nanos;
  private long flops;

  private PhaseTree() {}

  /// The root is the whole run.
  public static PhaseTree of(RunProfile run) {
    PhaseTree root = new PhaseTree();
    root.calls = 1;
    root.nanos = run.nanos();
    PhaseTree[] places = new PhaseTree[run.slices().size()];
    for (Slice slice : run.slices()) {
      PhaseTree around = slice.parent() < 0 ? root : places[slice.parent()];
      if (slice.kind() == Kind.PHASE) {
        around = around.children.computeIfAbsent(slice.name(), name -> new PhaseTree());
        around.calls++;
        around.nanos += slice.nanos();
      } else if (slice.kind().isOperation() && slice.work() != null) {
        around.flops += slice.work().flops();
      }
      places[slice.id()] = around;
    }
    return root;
  }

  /// By name, in the order in which they first ran.
  public Map<String, PhaseTree> children() {
    return children;
  }

  public long calls() {
    return calls;
  }

  /// Nanoseconds in it and in phases inside it.
  public long nanos() {
    return nanos;
  }

  /// Nanoseconds in no phase inside it.
  public long own() {
    return nanos - children.values().stream().mapToLong(PhaseTree::nanos).sum();
  }

  /// Of the operations in it and in phases inside it.
  public long flops() {
    return flops + children.values().stream().mapToLong(PhaseTree::flops).sum();
  }

  /// The same phases, those that differ only in numbers added up under the name with `…` in their
  /// place, where they are more than `most`.
  public PhaseTree folded(int most) {
    Map<String, Integer> alike = new LinkedHashMap<>();
    children.keySet().forEach(name -> alike.merge(withoutNumbers(name), 1, Integer::sum));
    PhaseTree result = new PhaseTree();
    result.add(this);
    children.forEach(
        (name, child) -> {
          String general = withoutNumbers(name);
          boolean isMany = alike.getOrDefault(general, 0) > most;
          result
              .children
              .computeIfAbsent(isMany ? general : name, n -> new PhaseTree())
              .merge(child);
        });
    result.children.replaceAll((name, child) -> child.folded(most));
    return result;
  }

  private void add(PhaseTree other) {
    calls += other.calls;
    nanos += other.nanos;
    flops += other.flops;
  }

  private void merge(PhaseTree other) {
    add(other);
    other.children.forEach(
        (name, child) -> children.computeIfAbsent(name, n -> new PhaseTree()).merge(child));
  }

  private static String withoutNumbers(String name) {
    return name.replaceAll("\\d+(\\.\\d+)?", "…");
  }
}
