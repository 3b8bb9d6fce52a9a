/// Scores of a linear layer's weights, w·∂J/∂w, added up step by step without a gradient matrix.
///
/// Read [ScoreKernel] first: the contract. [ScoreReference] defines it, [ScoreVector] is fast,
/// [ScoreCuda] with `score.ptx` is for GPUs. May import `cadj.kernels.device`, `gemm` and `copy`;
/// what a score means is said in `cadj.cad`.
@NullMarked
package cadj.kernels.score;

import org.jspecify.annotations.NullMarked;
