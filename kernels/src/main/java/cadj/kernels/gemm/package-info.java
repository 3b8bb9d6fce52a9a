/// Matrix product: everything that is a sum of products goes through here.
///
/// Read [GemmKernel] first: the contract. [GemmReference] defines it, [GemmVector] is fast,
/// [GemmCuda] is for GPUs; `gemm.ptx` is where to begin with how a GPU multiplies, then
/// `gemm_mma.ptx`. May import `cadj.kernels.device`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.gemm;

import org.jspecify.annotations.NullMarked;
