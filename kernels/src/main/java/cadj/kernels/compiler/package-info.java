/// Registers and memory of kernels, as NVIDIA's compiler gives them, and the occupancy that
/// follows.
///
/// Read [PtxCompiler], then [Occupancy]. No GPU is needed. Imports of cadj
/// [cadj.kernels.device.PtxSource] and what unpacks JCuda's libraries.
@NullMarked
package cadj.kernels.compiler;

import org.jspecify.annotations.NullMarked;
