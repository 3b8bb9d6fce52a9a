/// One step of AdamW, Loshchilov & Hutter 2019 (arXiv:1711.05101).
///
/// Read [AdamWKernel] first: the contract. [AdamWReference] defines it, [AdamWVector] is fast,
/// [AdamWCuda] launches `adamw.ptx`. May import `cadj.kernels.device`; shapes and views belong to
/// `cadj.tensor`.
@NullMarked
package cadj.kernels.adamw;

import org.jspecify.annotations.NullMarked;
