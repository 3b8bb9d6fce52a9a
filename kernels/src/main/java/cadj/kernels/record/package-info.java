/// What a run did: which phases, modules, operations and kernels, when, with which memory.
///
/// [RunProfile] is what a recording gives; it is plain data, from which `cadj profile` makes its
/// tables and pages. Read it first, then [Recorder], which writes it while the run goes on, and
/// [Recording], which whatever is worth recording asks for the recorder. To record a run, call
/// `Profiler.record` of `cadj.kernels.profiler`. Imports nothing of cadj: devices, tensors and
/// tapes import this.
@NullMarked
package cadj.kernels.record;

import org.jspecify.annotations.NullMarked;
