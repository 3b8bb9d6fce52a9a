/// Sums along one axis.
///
/// Read [SumKernel] first: the contract. [SumReference] defines it, [SumVector] is fast. May import
/// `cadj.kernels.device`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.sum;

import org.jspecify.annotations.NullMarked;
