/// Times the matrix product of [cadj.kernels.gemm] on shapes of Stable Diffusion 1.4.
///
/// One benchmark, its shapes named for where they occur. What several rooms share lies in
/// [cadj.bench].
@NullMarked
package cadj.bench.gemm;

import org.jspecify.annotations.NullMarked;
