/// Root mean square normalisation, Zhang & Sennrich 2019 (arXiv:1910.07467), over rows.
///
/// Read [RmsNormKernel] first: the contract. [RmsNormReference] defines it, [RmsNormVector] is
/// fast, [RmsNormCuda] runs `rmsnorm.ptx` on a GPU. May import `cadj.kernels.device`, `sum`,
/// `tiles` and `vectormath`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.rmsnorm;

import org.jspecify.annotations.NullMarked;
