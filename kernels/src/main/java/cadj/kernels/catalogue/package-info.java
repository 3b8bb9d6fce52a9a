/// All kernels there are for GPUs, in one list: for tests that hold each of them to something, and
/// for the profiler.
///
/// A new `.ptx` file takes a line in [KernelFiles]; a test fails without it. Imports the rooms.
@NullMarked
package cadj.kernels.catalogue;

import org.jspecify.annotations.NullMarked;
