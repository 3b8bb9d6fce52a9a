/// Half precision, as files store it, to and from what the engine computes in.
///
/// Read [ConvertKernel] first: the contract. [ConvertReference] defines it, [ConvertVector] is
/// fast, [ConvertCuda] launches `convert.ptx`. May import `cadj.kernels.device`; file formats
/// belong to `cadj.tensor.safetensors`.
@NullMarked
package cadj.kernels.convert;

import org.jspecify.annotations.NullMarked;
