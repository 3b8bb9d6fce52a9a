/// What NVIDIA's compiler makes of kernels, and how many blocks of them a multiprocessor takes.
///
/// Read [PtxCompiler], then [Occupancy]. No GPU is needed. Imports of cadj
/// [cadj.kernels.device.PtxSource] and what unpacks JCuda's libraries.
@NullMarked
package cadj.kernels.compiler;

import org.jspecify.annotations.NullMarked;
