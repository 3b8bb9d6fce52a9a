/// Functions of one element: activations and their derivatives, affine maps, clamping.
///
/// Read [UnaryKernel] first: the contract. [UnaryReference] defines it, [UnaryVector] is fast,
/// [UnaryCuda] launches `unary.ptx`. May import `cadj.kernels.device` and
/// `cadj.kernels.vectormath`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.unary;

import org.jspecify.annotations.NullMarked;
