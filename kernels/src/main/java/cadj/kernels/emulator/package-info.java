/// A GPU in Java: runs PTX, checks what it does, and counts.
///
/// [EmulatedDriver] is what [cadj.kernels.device.Gpu] talks to. Read it first, then along a
/// kernel's way:
///
/// 1. *Translated.* `LoadedModule` places a module's variables (`Symbols`) and has each kernel
///    compiled: `Slots` gives registers, constants and special registers their places, `Flow` cuts
///    the body into `BasicBlock`s, and `KernelCompiler` makes bytecode of them, in which `Lowering`
///    writes one instruction after another: those that work on each lane by itself as `Semantics`
///    has it, as calls of shared loops over 32 lanes (`LaneLoops`), and the other families as
///    `LowerMoves`, `LowerPredicates`, `LowerConversions`, `LowerMemory`, `LowerAtomics`,
///    `LowerWarpwide`, `LowerTensorCore` and `LowerAsyncCopies` have them.
/// 2. *Run.* A launch is a `Grid`, whose `ThreadBlock`s run their `Warp`s by turns and let them
///    meet at `Barriers`. Memory is the process's own (`DeviceMemory`); every address goes through
///    `LoadStore`.
/// 3. *Watched.* `Checker` sees each access, and remembers in a `Shadow` who touched what;
///    `Counting` counts.
///
/// What an operation makes of its operands is in [cadj.kernels.emulator.arithmetic].
@NullMarked
package cadj.kernels.emulator;

import org.jspecify.annotations.NullMarked;
