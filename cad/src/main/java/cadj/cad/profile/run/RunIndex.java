package cadj.cad.profile.run;

import cadj.kernels.record.Kind;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import java.util.List;

/// What each slice of a run is part of, and how much of its time is its own.
///
/// A slice's own time is what is left of it without the slices inside it; that of launches stays
/// with the operation that asked for them. So own times of a phase and all that is inside it add up
/// to the phase's time.
///
/// Backward work belongs to the module of the forward operation that it is the derivative of.
public final class RunIndex {
  private final List<Slice> slices;
  private final long[] own;
  private final long[] device;
  private final String[] modules;
  private final String[] networks;
  private final String[] phases;
  private final Pass[] passes;

  public RunIndex(RunProfile run) {
    slices = run.slices();
    int count = slices.size();
    own = new long[count];
    device = new long[count];
    modules = new String[count];
    networks = new String[count];
    phases = new String[count];
    passes = new Pass[count];
    Kind[] kinds = new Kind[count];
    for (Slice slice : slices) {
      int id = slice.id();
      int parent = slice.parent();
      kinds[id] = slice.kind();
      place(slice, kinds);
      if (slice.kind() == Kind.LAUNCH) {
        Work work = slice.work();
        addDeviceTime(parent, kinds, work == null ? 0 : work.deviceNanos());
      } else {
        own[id] += slice.nanos();
        if (parent >= 0) {
          own[parent] -= slice.nanos();
        }
      }
    }
  }

  private void place(Slice slice, Kind[] kinds) {
    int id = slice.id();
    int parent = slice.parent();
    boolean isPhase = slice.kind() == Kind.PHASE;
    phases[id] = isPhase ? slice.name() : parent < 0 ? "" : phases[parent];
    boolean isInModule = parent >= 0 && !modules[parent].isEmpty();
    passes[id] = pass(slice, kinds);
    if (slice.cause() >= 0) {
      modules[id] = slice.kind() == Kind.MODULE ? slice.name() : modules[slice.cause()];
      networks[id] = networks[slice.cause()];
    } else if (slice.kind() == Kind.MODULE) {
      modules[id] = slice.name();
      networks[id] = isInModule ? networks[parent] : phases[id];
    } else {
      modules[id] = parent < 0 ? "" : modules[parent];
      networks[id] = parent < 0 ? "" : networks[parent];
    }
  }

  /// A phase inside a module or operation is one that computes a block again.
  private Pass pass(Slice slice, Kind[] kinds) {
    int parent = slice.parent();
    Pass around = parent < 0 ? Pass.FORWARD : passes[parent];
    return switch (slice.kind()) {
      case BACKWARD -> Pass.BACKWARD;
      case MODULE -> slice.cause() >= 0 ? Pass.BACKWARD : around;
      case PHASE ->
          parent >= 0 && kinds[parent] != Kind.PHASE && slice.name().equals(Recording.RECOMPUTE)
              ? Pass.RECOMPUTE
              : around;
      case OPERATION, LAUNCH -> around;
    };
  }

  private void addDeviceTime(int from, Kind[] kinds, long nanos) {
    int slice = from;
    while (slice >= 0 && kinds[slice] == Kind.LAUNCH) {
      slice = slices.get(slice).parent();
    }
    if (slice >= 0) {
      device[slice] += nanos;
    }
  }

  /// Nanoseconds that are the slice's own; 0 for launches.
  public long own(int slice) {
    return own[slice];
  }

  /// Nanoseconds on the device of the launches that the slice itself asked for.
  public long device(int slice) {
    return device[slice];
  }

  /// Key of the module that the slice works for, or empty.
  public String module(int slice) {
    return modules[slice];
  }

  /// The phase that runs the outermost module around it, such as `unet`, or empty outside modules:
  /// keys do not tell whose they are.
  public String network(int slice) {
    return networks[slice];
  }

  /// Name of the innermost phase around a slice, or its own; empty outside phases.
  public String phase(int slice) {
    return phases[slice];
  }

  /// The pass that a slice is part of.
  public Pass pass(int slice) {
    return passes[slice];
  }
}
