/// Runs translated kernels: grid, blocks, warps, barriers, memory.
///
/// Read `Grid` first, which is a launch, then `ThreadBlock`, whose `Warp`s take turns and wait for
/// each other at `Barriers`, and `KernelCode`, which is what they run. Memory is the process's own
/// (`DeviceMemory`, `BlockMemory`); every address goes through `LoadStore`, which finds those out
/// of bounds; `Window` tells generic addresses apart. What threads print is kept in `PrintedText`.
/// [cadj.kernels.emulator.run.Observer]s see all of it.
///
/// Types are public where bytecode or checks must name them; their members mostly are not, for
/// generated classes belong to this package ([cadj.kernels.emulator.run.GeneratedCode]). Imports
/// the parsed PTX, and neither the translation nor the checks.
@NullMarked
package cadj.kernels.emulator.run;

import org.jspecify.annotations.NullMarked;
