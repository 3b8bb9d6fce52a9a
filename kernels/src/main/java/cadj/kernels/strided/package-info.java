/// Nested loops over strided memory, shared by the rooms that broadcast or permute.
///
/// Read [LoopNest] first: which steps are taken. [ParallelLoops] shares them among threads,
/// [LoopNestArguments] hands them to a kernel on a GPU. May import `cadj.kernels.device`; what is
/// done at each step belongs to the rooms, shapes to `cadj.tensor`.
@NullMarked
package cadj.kernels.strided;

import org.jspecify.annotations.NullMarked;
