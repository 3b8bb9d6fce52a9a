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
import java.util.function.Supplier;
import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/// Makes Flight Recorder's events of what a recording tells.
final class FlightEvents implements RecordingListener {
  /// What is open now, the innermost first.
  private final Deque<Open> open = new ArrayDeque<>();

  /// By slice, the module around it: a backward pass asks for its forward operation's.
  private final List<String> modules = new ArrayList<>();

  private long live;

  /// @param phase names of the phases around it and its own, joined by `/`; empty outside
  /// @param module key of the module around it, or its own; empty outside
  /// @param operation name of the operation around it, or its own; empty outside
  /// @param event that is committed when it ends: of an operation or a launch
  private record Open(String phase, String module, String operation, @Nullable Event event) {}

  private static final Open OUTSIDE = new Open("", "", "", null);

  @Override
  public void began(int slice, Kind kind, String name) {
    Open around = around();
    String phase = around.phase;
    Open it =
        switch (kind) {
          case PHASE ->
              new Open(phase.isEmpty() ? name : phase + "/" + name, around.module, "", null);
          case MODULE -> new Open(phase, name, "", null);
          case OPERATION, BACKWARD -> new Open(phase, around.module, name, new OperationEvent());
          case LAUNCH -> new Open(phase, around.module, around.operation, new KernelEvent());
        };
    while (modules.size() <= slice) {
      modules.add(it.module);
    }
    open.push(it);
    if (it.event != null) {
      it.event.begin();
    }
  }

  private Open around() {
    Open innermost = open.peek();
    return innermost == null ? OUTSIDE : innermost;
  }

  @Override
  public void ended(Slice slice) {
    Open it = open.pop();
    switch (it.event) {
      case OperationEvent event -> commit(event, it, slice);
      case KernelEvent event -> commit(event, it, slice);
      case null, default -> {}
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

  private static void commit(KernelEvent event, Open it, Slice slice) {
    event.kernel = slice.name();
    event.operation = it.operation;
    event.slice = slice.id();
    Work work = slice.work();
    if (work != null) {
      event.shape = work.shapes();
    }
    event.commit();
  }

  /// The event is made by the thread that works, for it carries that thread.
  @Override
  public Supplier<Runnable> kernel(int slice, String name) {
    String operation = around().operation;
    return () -> {
      KernelEvent event = new KernelEvent();
      event.kernel = name;
      event.operation = operation;
      event.slice = slice;
      event.begin();
      return event::commit;
    };
  }

  @Override
  public void allocated(Allocation allocation) {
    live += allocation.bytes();
    AllocationEvent event = new AllocationEvent();
    if (event.isEnabled()) {
      event.bytes = allocation.bytes();
      event.live = live;
      event.operation = around().operation;
      event.module = around().module;
      event.block = allocation.id();
      event.commit();
    }
  }
}
