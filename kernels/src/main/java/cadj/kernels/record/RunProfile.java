package cadj.kernels.record;

import java.util.List;

/// Everything that a recording saw, in the order of time. What tables, pages and traces show is
/// computed from this.
///
/// The lists are views of compact memory: an element is made when it is asked for.
///
/// @param device what computed: `cpu`, or what the GPU is called
/// @param threads that compute on the processor
/// @param nanos wall time of the whole
/// @param slices by id
/// @param spans of threads
/// @param allocations of tensors; memory that was there before is in `liveBefore`
/// @param kept what tapes began and ceased to keep for the backward pass
/// @param liveBefore bytes of tensors when the recording began
/// @param kernels what each kernel of an emulated GPU did in all its launches; else empty
/// @param dropped what did not fit into the recording
public record RunProfile(
    String device,
    int threads,
    long nanos,
    List<Slice> slices,
    List<Span> spans,
    List<Allocation> allocations,
    List<Kept> kept,
    long liveBefore,
    List<KernelCounts> kernels,
    Dropped dropped) {
  /// Whether times on the device are those of a GPU written in Java, which say nothing of a GPU's.
  public boolean isEmulated() {
    return !kernels.isEmpty();
  }

  /// Bytes that a tape begins to keep for the backward pass, or lets go.
  ///
  /// Only memory that would otherwise be freed with its scope: parameters do not count.
  ///
  /// @param slice id of the slice, mostly a forward operation, that kept them first
  /// @param bytes kept, negative where they are let go; memory that several keep counts once
  /// @param nanos since the recording began
  public record Kept(int slice, long bytes, long nanos) {}

  /// What happened after the recording was full. Phases go on being recorded for long after the
  /// rest.
  ///
  /// @param slices that are missing
  /// @param spans that are missing
  /// @param allocations that are missing, and of `kept`
  /// @param since nanoseconds from the beginning to the first thing missing, or all
  public record Dropped(long slices, long spans, long allocations, long since) {
    public boolean isAny() {
      return slices + spans + allocations > 0;
    }
  }
}
