/// Gated GELU, Shazeer 2020 (arXiv:2002.05202).
///
/// Read [GegluKernel] first: the contract. [GegluReference] defines it, [GegluVector] is fast. May
/// import `cadj.kernels.device`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.geglu;

import org.jspecify.annotations.NullMarked;
