package cadj.kernels.record;

import org.jspecify.annotations.Nullable;

/// A part of a run, from a beginning to an end, on the thread that computes. Slices nest.
///
/// @param id counted from 0 in the order of beginnings
/// @param parent id of the slice around it, or -1
/// @param cause of a backward pass, the id of the forward operation it belongs to; else -1
/// @param start nanoseconds since the recording began
/// @param end nanoseconds since the recording began
/// @param work what it computed, or null where that is not known: of phases and modules
public record Slice(
    int id,
    int parent,
    Kind kind,
    String name,
    int cause,
    long start,
    long end,
    @Nullable Work work) {
  /// Wall time.
  public long nanos() {
    return end - start;
  }
}
