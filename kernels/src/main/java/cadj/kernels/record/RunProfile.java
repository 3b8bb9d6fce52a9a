package cadj.kernels.record;

import java.util.List;

/// Everything that a recording saw, in the order of time. What tables, pages and traces show is
/// computed from this.
///
/// @param device what computed: `cpu`, or what the GPU is called
/// @param threads that compute on the processor
/// @param nanos wall time of the whole
/// @param slices by id
/// @param spans of threads
/// @param allocations of tensors; memory that was there before is in `liveBefore`
/// @param kept what the tape kept for the backward pass
/// @param liveBefore bytes of tensors when the recording began
public record RunProfile(
    String device,
    int threads,
    long nanos,
    List<Slice> slices,
    List<Span> spans,
    List<Allocation> allocations,
    List<Kept> kept,
    long liveBefore) {
  /// Bytes that a tape keeps alive for the backward pass, from a slice on.
  ///
  /// @param slice id of the forward operation that kept them
  /// @param bytes kept; a value that several keep counts for the first
  public record Kept(int slice, long bytes) {}
}
