/// Translates PTX kernels to bytecode.
///
/// Read `LoadedModule` first, then along a kernel's way: `Symbols` gives variables and `Slots`
/// registers, constants and special registers their places, `ControlFlow` cuts the body into basic
/// blocks, and `KernelCompiler` makes a class, in which `Lowering` writes one instruction after
/// another. Those that work on each lane by itself are rows of `Semantics`, as calls of shared
/// loops over 32 lanes (`LaneLoops`); every other family has a class `Lower…`; `LowerAddresses` is
/// what those that go to memory share.
///
/// Imports the PTX parser, what the bytecode calls in [cadj.kernels.emulator.run], and the
/// functions of [cadj.kernels.emulator.arithmetic]. Knows nothing of checks or counts but where to
/// announce to them.
@NullMarked
package cadj.kernels.emulator.translate;

import org.jspecify.annotations.NullMarked;
