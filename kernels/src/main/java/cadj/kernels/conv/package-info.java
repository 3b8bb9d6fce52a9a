/// Two-dimensional convolution (cross-correlation, as in PyTorch), channels last.
///
/// Read [Conv2dKernel] first: the contract. [Conv2dReference] defines it, [Conv2dVector] is fast,
/// [Conv2dCuda] runs on a GPU (`conv_image.ptx`, `conv_weight.ptx`, `conv.ptx`). May import
/// `cadj.kernels.device`, `gemm` and `transpose`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.conv;

import org.jspecify.annotations.NullMarked;
