/// The convolution of [cadj.kernels.conv] on shapes of Stable Diffusion 1.4.
///
/// Read [Convolution] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.conv;

import org.jspecify.annotations.NullMarked;
