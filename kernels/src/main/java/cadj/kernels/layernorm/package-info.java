/// Layer normalisation, Ba et al. 2016 (arXiv:1607.06450), over rows.
///
/// Read [LayerNormKernel] first: the contract. [LayerNormReference] defines it, [LayerNormVector]
/// is fast, [LayerNormCuda] runs `layernorm.ptx` on a GPU. May import `cadj.kernels.device`, `sum`,
/// `tiles` and `vectormath`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.layernorm;

import org.jspecify.annotations.NullMarked;
