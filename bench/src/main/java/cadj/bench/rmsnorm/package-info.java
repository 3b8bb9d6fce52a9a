/// The RMS normalisation of [cadj.kernels.rmsnorm] on shapes of Stable Diffusion 3.5 and of T5.
///
/// Read [RmsNormCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.rmsnorm;

import org.jspecify.annotations.NullMarked;
