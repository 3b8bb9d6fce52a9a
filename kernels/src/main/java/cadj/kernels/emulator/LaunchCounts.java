package cadj.kernels.emulator;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.PtxKernel;

/// What one launch did, instruction by instruction: each array has a place for each of the kernel's
/// body.
///
/// @param warps times that a warp came to the instruction, with whatever threads; a warp whose
///   threads have parted comes once for each group. Those that a guard held back all count too.
/// @param threads times that a thread ran it: those that its guard held back do not count, but at
///   branches and ends, whose guard is a question to all, they do
/// @param divergent times that threads of one warp parted there: branches only
/// @param globalRequests times that a warp went to global memory, with at least one thread
/// @param sectors pieces of 32 bytes, aligned, that those requests touched: of a request each
///   counts once
/// @param sharedRequests times that a warp went to shared memory, with at least one thread
/// @param passes that those took: shared memory serves each of its 32 banks of 4 bytes once in a
///   pass, so it takes as many as the words that the worst bank is asked for. A word that several
///   threads read or write is one, but threads that update it (`atom`, `red`) take turns. Accesses
///   of 8 bytes go by half-warps, of 16 by quarter-warps, each part by itself.
/// @param conflicts those passes that are not the first of their part
public record LaunchCounts(
    PtxSource source,
    PtxKernel kernel,
    LaunchShape shape,
    long[] warps,
    long[] threads,
    long[] divergent,
    long[] globalRequests,
    long[] sectors,
    long[] sharedRequests,
    long[] passes,
    long[] conflicts) {}
