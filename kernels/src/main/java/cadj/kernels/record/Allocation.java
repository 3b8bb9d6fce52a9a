package cadj.kernels.record;

/// Tensor memory that was taken, or given back.
///
/// @param slice id of the innermost slice that was open, or -1
/// @param id of the block of memory: the same when it is given back
/// @param bytes taken; negative where they are given back
/// @param nanos since the recording began
public record Allocation(int slice, long id, long bytes, long nanos) {}
