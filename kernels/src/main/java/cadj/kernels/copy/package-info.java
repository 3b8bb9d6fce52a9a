/// Moving elements: between layouts, into fills, onto sums.
///
/// Read [CopyKernel] first: the contract. [CopyReference] defines it, [CopyVector] is fast,
/// [CopyCuda] launches `copy.ptx`. May import `cadj.kernels.device`, `strided` and `vectormath`;
/// shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.copy;

import org.jspecify.annotations.NullMarked;
