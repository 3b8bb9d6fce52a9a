/// GroupNorm and SiLU, as the engine runs them, on shapes of Stable Diffusion 1.4.
///
/// Read [NormedSilu] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.groupnorm;

import org.jspecify.annotations.NullMarked;
