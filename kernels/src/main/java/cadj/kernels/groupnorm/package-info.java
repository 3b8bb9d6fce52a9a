/// Group normalisation, Wu & He 2018 (arXiv:1803.08494), channels last.
///
/// Read [GroupNormKernel] first: the contract. [GroupNormReference] defines it, [GroupNormVector]
/// is fast, [GroupNormCuda] runs `groupnorm.ptx` on a GPU. May import `cadj.kernels.device`, `sum`,
/// `tiles`, `unary` and `vectormath`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.groupnorm;

import org.jspecify.annotations.NullMarked;
