/// A GPU in Java: runs PTX, checks what it does, and counts.
///
/// [EmulatedDriver] is what [cadj.kernels.device.Gpu] talks to; read it first. It takes three rooms
/// together:
///
/// 1. `translate` makes bytecode of a module's kernels,
/// 2. `run` runs that, block by block and warp by warp, in memory of the process's own,
/// 3. `check` observes the run: it finds races and uninitialised memory, and counts.
///
/// Imports them, the PTX parser and the device room.
@NullMarked
package cadj.kernels.emulator;

import org.jspecify.annotations.NullMarked;
