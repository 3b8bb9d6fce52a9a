/// Negative log-likelihood of the right class.
///
/// Read [NllKernel] first: the contract. [NllReference] defines it, [NllVector] is fast, [NllCuda]
/// launches `nll.ptx`. May import `cadj.kernels.device`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.nll;

import org.jspecify.annotations.NullMarked;
