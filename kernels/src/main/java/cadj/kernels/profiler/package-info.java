/// A profiler for kernels: instructions, memory traffic, bank conflicts, divergence, registers and
/// occupancy, or times on a real GPU.
///
/// [Profiler] also records whole runs (`record`, see `cadj.kernels.record`).
///
/// Read [KernelProfile] first, then [Profiler], which makes one by running an [Example] on the
/// emulator. All is plain numbers; text and pages are made in `cadj.cad.profile`. Imports the rooms
/// of kernels, the emulator and the compiler; no tensor is involved.
@NullMarked
package cadj.kernels.profiler;

import org.jspecify.annotations.NullMarked;
