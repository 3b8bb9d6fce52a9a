/// Gradients added up step by step, and the totals of each step's scores w·∂J/∂w.
///
/// Read [AccumulateKernel] first: the contract. [AccumulateReference] defines it,
/// [AccumulateVector] is fast, [AccumulateCuda] with `accumulate.ptx` is for GPUs. May import
/// `cadj.kernels.device`; what a score means is said in `cadj.cad`.
@NullMarked
package cadj.kernels.accumulate;

import org.jspecify.annotations.NullMarked;
