/// The matrix product of [cadj.kernels.gemm] on shapes of Stable Diffusion 1.4.
///
/// Read [GemmCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.gemm;

import org.jspecify.annotations.NullMarked;
