package cadj.kernels.emulator.check;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.PtxKernel;

/// What one launch did: each array has one count per instruction of the kernel's body.
///
/// @param warps times that a warp issued the instruction, with however many active threads: once
///   for each group of a warp that has diverged, and also if all its threads are predicated off
/// @param threads times that a thread ran it: those predicated off do not count, except at branches
///   and exits, where the predicate only says where a thread goes
/// @param divergent times that a branch diverged: some of the warp's active threads took it, others
///   did not
/// @param globalRequests times that a warp went to global memory, with at least one thread
/// @param sectors sectors (32 bytes, aligned) that those requests touched, each once per request
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
