package cadj.kernels.record;

/// What a kernel did on an emulated GPU, counted instruction by instruction, over all its launches.
///
/// @param name of the kernel
/// @param launches how often it ran
/// @param warpInstructions instructions that warps ran
/// @param flops additions and multiplications that threads did, an FMA being two
/// @param bytesRead that threads read of global memory
/// @param bytesWritten that threads wrote to global memory
/// @param sectors of 32 bytes, moved between global memory or its caches and the multiprocessors
/// @param globalRequests times that a warp went to global memory
/// @param bankConflicts passes of shared memory beyond the first
/// @param branches conditional branches that warps came to
/// @param divergentBranches those at which the warp diverged
public record KernelCounts(
    String name,
    long launches,
    long warpInstructions,
    long flops,
    long bytesRead,
    long bytesWritten,
    long sectors,
    long globalRequests,
    long bankConflicts,
    long branches,
    long divergentBranches) {}
