package cadj.cad.profile.jfr;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RecordingListener;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes Flight Recorder's events of what a recording tells.
final class FlightEvents implements RecordingListener {
  /// What is open now, the innermost first.
  private final Deque<Open> open = new ArrayDeque<>();

  /// By slice, the module around it: a backward pass asks for its forward operation's.
  private final List<@Nullable String> modules = new ArrayList<>();

  private long live;

  /// @param phase names of the phases around it and its own, joined by `/`; empty outside
  /// @param module key of the module around it, or it; empty outside
  /// @param operation the event of an operation
  /// @param kernel the event of a launch
  private record Open(
      Kind kind,
      String name,
      String phase,
      String module,
      @Nullable OperationEvent operation,
      @Nullable KernelEvent kernel) {}

  private static final Open OUTSIDE = new Open(Kind.PHASE, "", "", "", null, null);

  @Override
  public void began(int slice, Kind kind, String name) {
    Open around = around();
    String phase = around.phase;
    String module = around.module;
    OperationEvent operation = null;
    KernelEvent kernel = null;
    switch (kind) {
      case PHASE -> phase = phase.isEmpty() ? name : phase + "/" + name;
      case MODULE -> module = name;
      case OPERATION, BACKWARD -> {
        operation = new OperationEvent();
        operation.begin();
      }
      case LAUNCH -> {
        kernel = new KernelEvent();
        kernel.begin();
      }
    }
    while (modules.size() <= slice) {
      modules.add(null);
    }
    modules.set(slice, module);
    open.push(new Open(kind, name, phase, module, operation, kernel));
  }

  private Open around() {
    Open innermost = open.peek();
    return innermost == null ? OUTSIDE : innermost;
  }

  @Override
  public void ended(Slice slice) {
    Open it = open.pop();
    if (it.operation != null) {
      commit(it.operation, it, slice);
    }
    if (it.kernel != null) {
      commit(it.kernel, slice);
    }
  }

  private void commit(OperationEvent event, Open it, Slice slice) {
    event.operation = slice.name();
    event.pass = slice.kind() == Kind.BACKWARD ? "backward" : "forward";
    event.module = slice.cause() < 0 ? it.module : modules.get(slice.cause());
    event.phase = it.phase;
    event.slice = slice.id();
    event.cause = slice.cause();
    Work work = slice.work();
    if (work != null) {
      event.shapes = work.shapes();
      event.algorithm = work.algorithm();
      event.flops = work.flops();
      event.bytes = work.bytes();
    }
    event.commit();
  }

  private void commit(KernelEvent event, Slice slice) {
    event.kernel = slice.name();
    event.operation = operation();
    event.slice = slice.id();
    Work work = slice.work();
    if (work != null) {
      event.shape = work.shapes();
    }
    event.commit();
  }

  /// The innermost operation that is open, or empty.
  private String operation() {
    return open.stream()
        .filter(it -> it.operation != null)
        .map(Open::name)
        .findFirst()
        .orElse("");
  }

  @Override
  public void allocated(Allocation allocation) {
    live += allocation.bytes();
    AllocationEvent event = new AllocationEvent();
    if (event.isEnabled()) {
      event.bytes = allocation.bytes();
      event.live = live;
      event.operation = operation();
      event.module = around().module;
      event.block = allocation.id();
      event.commit();
    }
  }
}
