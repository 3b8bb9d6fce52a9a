/// The attention of [cadj.kernels.attention] on shapes of Stable Diffusion 1.4.
///
/// Read [AttentionCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.attention;

import org.jspecify.annotations.NullMarked;
