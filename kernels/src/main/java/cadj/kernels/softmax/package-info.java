/// Softmax and log-softmax over rows.
///
/// Read [SoftmaxKernel] first: the contract. [SoftmaxReference] defines it, [SoftmaxVector] is
/// fast, [SoftmaxCuda] runs `softmax.ptx` on a GPU. May import `cadj.kernels.device`, `tiles` and
/// `vectormath`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.softmax;

import org.jspecify.annotations.NullMarked;
