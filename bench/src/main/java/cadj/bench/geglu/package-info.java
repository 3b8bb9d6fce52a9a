/// The gate of [cadj.kernels.geglu] on shapes of Stable Diffusion 1.4.
///
/// Read [GegluCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.geglu;

import org.jspecify.annotations.NullMarked;
