/// The layer normalisation of [cadj.kernels.layernorm] on shapes of Stable Diffusion 1.4.
///
/// Read [LayerNormCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.layernorm;

import org.jspecify.annotations.NullMarked;
