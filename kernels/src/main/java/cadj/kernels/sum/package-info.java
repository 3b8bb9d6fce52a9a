/// Sums of a tensor along one axis.
///
/// Read [SumKernel] first: the contract. [SumReference] defines it, [SumVector] is fast, [SumCuda]
/// runs `sum.ptx` on a GPU. May import `cadj.kernels.device`, `tiles` and `vectormath`; shapes and
/// views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.sum;

import org.jspecify.annotations.NullMarked;
