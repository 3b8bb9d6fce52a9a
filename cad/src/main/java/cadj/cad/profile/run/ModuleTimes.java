package cadj.cad.profile.run;

import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run by module: a tree by the parts of checkpoint keys, each network under the phase that runs
/// it.
public final class ModuleTimes {
  private final String key;
  private final Map<String, ModuleTimes> children = new LinkedHashMap<>();
  private final Totals operations = new Totals();
  private long calls;
  private long forward;
  private long backward;
  private long recompute;

  private ModuleTimes(String key) {
    this.key = key;
  }

  /// The root; below it are networks, in the order in which they first ran. Work outside modules is
  /// not in it.
  public static ModuleTimes of(RunProfile run, RunIndex index) {
    ModuleTimes root = new ModuleTimes("");
    for (Slice slice : run.slices()) {
      String module = index.module(slice.id());
      if (!module.isEmpty()) {
        ModuleTimes node = root.child(index.network(slice.id()), "");
        node = node.descend(module);
        node.add(slice, index);
      }
    }
    return root;
  }

  private ModuleTimes descend(String module) {
    ModuleTimes node = this;
    int from = 0;
    while (from <= module.length()) {
      int dot = module.indexOf('.', from);
      int to = dot < 0 ? module.length() : dot;
      node = node.child(module.substring(from, to), module.substring(0, to));
      from = to + 1;
    }
    return node;
  }

  private ModuleTimes child(String name, String itsKey) {
    return children.computeIfAbsent(name, n -> new ModuleTimes(itsKey));
  }

  private void add(Slice slice, RunIndex index) {
    long own = index.own(slice.id());
    switch (index.pass(slice.id())) {
      case FORWARD -> forward += own;
      case BACKWARD -> backward += own;
      case RECOMPUTE -> recompute += own;
    }
    if (slice.kind().isOperation()) {
      operations.add(slice, index);
    } else if (slice.kind() == Kind.MODULE && slice.cause() < 0) {
      calls++;
    }
  }

  /// Of the module, in its checkpoint; empty for a network and for the root.
  public String key() {
    return key;
  }

  /// By the next part of the key.
  public Map<String, ModuleTimes> children() {
    return children;
  }

  /// How often its forward pass ran.
  public long calls() {
    return calls;
  }

  /// The operations that run in the module itself, not in one inside it.
  public Totals operations() {
    return operations;
  }

  /// Nanoseconds in the module itself, not in one inside it.
  public long own() {
    return forward + backward + recompute;
  }

  /// Nanoseconds in the module and those inside it.
  public long total() {
    return own() + children.values().stream().mapToLong(ModuleTimes::total).sum();
  }

  /// The same, of one pass.
  public long total(Pass pass) {
    long mine =
        switch (pass) {
          case FORWARD -> forward;
          case BACKWARD -> backward;
          case RECOMPUTE -> recompute;
        };
    return mine + children.values().stream().mapToLong(child -> child.total(pass)).sum();
  }

  /// Of the operations of the module and those inside it.
  public long flops() {
    return operations.flops() + children.values().stream().mapToLong(ModuleTimes::flops).sum();
  }

  /// Of the operations of the module and those inside it.
  public long bytes() {
    return operations.bytes() + children.values().stream().mapToLong(ModuleTimes::bytes).sum();
  }
}
