/// Arithmetic on two tensors, broadcasting.
///
/// Read [BinaryKernel] first: the contract. [BinaryReference] defines it, [BinaryVector] is fast,
/// [BinaryCuda] launches `binary.ptx`. May import `cadj.kernels.device` and `strided`; shapes and
/// views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.binary;

import org.jspecify.annotations.NullMarked;
