/// Observes kernels while they run: checks and counts.
///
/// Read `Checker` first: it sees each memory access, and remembers in a `Shadow` who touched which
/// bytes last, to find races and reads of uninitialised memory. `Counting` counts instructions,
/// memory transactions and divergence; [cadj.kernels.emulator.check.LaunchCounts] is what it finds.
/// What is wrong by itself (addresses, barriers, shuffles) is found where it runs. Imports
/// [cadj.kernels.emulator.run].
@NullMarked
package cadj.kernels.emulator.check;

import org.jspecify.annotations.NullMarked;
