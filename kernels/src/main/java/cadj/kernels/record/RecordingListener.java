package cadj.kernels.record;

/// Is told of a run while it is recorded, by the thread that computes: for those who cannot wait
/// for the [RunProfile].
public interface RecordingListener {
  /// Wants to know nothing.
  RecordingListener NONE = new RecordingListener() {};

  /// A slice begins; [#ended] follows, after those of the slices inside it.
  default void began(int slice, Kind kind, String name) {}

  /// The slice that began last and has not ended yet ends. Times on a device are not known yet.
  default void ended(Slice slice) {}

  /// Memory was taken or given back.
  default void allocated(Allocation allocation) {}
}
