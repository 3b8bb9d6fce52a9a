/// Two-dimensional convolution (cross-correlation, as in PyTorch), channels last.
///
/// Read [Conv2dKernel] first: the contract. [Conv2dReference] defines it, [Conv2dVector] is fast,
/// [Conv2dCuda] runs on a GPU: by a library, or by implicit matrix products in single precision
/// (`conv_image.ptx`, `conv_weight.ptx`; read them in this order) or on tensor cores
/// (`conv_image_mma.ptx`, `conv_weight_mma.ptx`), with `conv_pack.ptx` before and `conv.ptx` after
/// them. May import `cadj.kernels.device`, `convert`, `gemm` and `transpose`; shapes and views
/// belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.conv;

import org.jspecify.annotations.NullMarked;
