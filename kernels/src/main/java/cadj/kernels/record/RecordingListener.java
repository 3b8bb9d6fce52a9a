package cadj.kernels.record;

import java.util.function.Supplier;

/// Is told of a run while it is recorded, by the thread that computes: for those who cannot wait
/// for the [RunProfile].
public interface RecordingListener {
  /// Wants to know nothing.
  RecordingListener NONE = new RecordingListener() {};

  /// A slice begins; [#ended] follows, after those of the slices inside it.
  default void began(int slice, Kind kind, String name) {}

  /// The slice that began last and has not ended yet ends. Times on a device are not known yet.
  default void ended(Slice slice) {}

  /// A kernel begins to work for a slice. Each thread that takes part asks what this gives when it
  /// begins, and runs what it gets when it ends, before the kernel does.
  ///
  /// @param slice the innermost, or -1
  /// @param name of the kernel's twin; empty where it is not known
  default Supplier<Runnable> kernel(int slice, String name) {
    return () -> () -> {};
  }

  /// Memory was taken or given back.
  default void allocated(Allocation allocation) {}
}
