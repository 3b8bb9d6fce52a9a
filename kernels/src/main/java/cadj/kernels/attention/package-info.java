/// Scaled dot-product attention without the N×N matrix in memory (FlashAttention).
///
/// Read [AttentionKernel] first: the contract. [AttentionReference] defines it, [AttentionVector]
/// is fast, [AttentionCuda] runs on a GPU ([AttentionForwardCuda], [AttentionBackwardCuda]). May
/// import `cadj.kernels.device`, `gemm` and `vectormath`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.attention;

import org.jspecify.annotations.NullMarked;
