/// Softmax and log-softmax over rows.
///
/// Read [SoftmaxKernel] first: the contract. [SoftmaxReference] defines it, [SoftmaxVector] is
/// fast. May import `cadj.kernels.device` and `vectormath`; shapes and views belong to
/// `cadj.tensor`.
@NullMarked
package cadj.kernels.softmax;

import org.jspecify.annotations.NullMarked;
