/// The softmax of [cadj.kernels.softmax] on shapes of Stable Diffusion 1.4.
///
/// Read [SoftmaxCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.softmax;

import org.jspecify.annotations.NullMarked;
