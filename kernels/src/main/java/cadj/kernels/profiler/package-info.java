/// What a kernel does, counted: instructions, memory, divergence, and what of the machine it takes.
///
/// Read [KernelProfile] first, then [Profiler], which makes one by running an [Example] on the
/// emulator. Imports the rooms, the emulator and the compiler; the command line shows what is found
/// here, and no tensor is involved.
@NullMarked
package cadj.kernels.profiler;

import org.jspecify.annotations.NullMarked;
