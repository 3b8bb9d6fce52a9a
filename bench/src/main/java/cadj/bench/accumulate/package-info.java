/// A gradient added to its running sum, by [cadj.kernels.accumulate], on weights of Stable
/// Diffusion 1.4.
///
/// Read [AccumulateCall] first. What several rooms share lies in `cadj.bench.workload`.
@NullMarked
package cadj.bench.accumulate;

import org.jspecify.annotations.NullMarked;
