/// Gated GELU, Shazeer 2020 (arXiv:2002.05202).
///
/// Read [GegluKernel] first: the contract. [GegluReference] defines it, [GegluVector] is fast,
/// [GegluCuda] launches `geglu.ptx`. May import `cadj.kernels.device`, `cadj.kernels.vectormath`
/// and the definition of GELU in `cadj.kernels.unary`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.geglu;

import org.jspecify.annotations.NullMarked;
