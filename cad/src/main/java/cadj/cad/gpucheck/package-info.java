/// What `gpu-check` finds out about an NVIDIA card, for a report.
///
/// Read [CheckPart] first: the parts. Each runs in a process of its own ([PartProcess]), since an
/// illegal address ends CUDA in the process that met it. On the emulated device parts run at a size
/// that it manages ([CheckSize]).
@NullMarked
package cadj.cad.gpucheck;

import org.jspecify.annotations.NullMarked;
