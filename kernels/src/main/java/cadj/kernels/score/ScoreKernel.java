package cadj.kernels.score;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import org.jspecify.annotations.Nullable;

/// S += W ⊙ (dYᵀ·X): what one backward pass adds to the scores of a linear layer's weights.
///
/// dYᵀ·X is ∂J/∂W; it goes straight into the sum and is nowhere stored as a whole. All operands are
/// dense and row-major, none overlaps another; S and W are [out,in], dY is [rows,out], X [rows,in].
public sealed interface ScoreKernel permits ScoreReference, ScoreVector, ScoreCuda {
  /// @param carry [out,in], what S has lost by rounding so far, as in
  ///   [cadj.kernels.copy.CopyKernel#accumulateCompensated], or null to add plainly
  /// @param totals [2], set to the sum of what was added to S where that was above zero, and where
  ///   it was not; or null
  /// @param weight W, or null for ones: then S adds up the gradient itself
  void accumulate(
      ScoreShape shape,
      Buffer score,
      @Nullable Buffer carry,
      @Nullable Buffer totals,
      @Nullable Buffer weight,
      Buffer dy,
      Buffer x);

  /// The twin for `device` and the element type of `like`.
  static ScoreKernel on(Device device, Buffer like) {
    return switch (device) {
      case Cpu cpu -> like instanceof F32 ? new ScoreVector(cpu) : new ScoreReference();
      case Gpu gpu -> like instanceof GpuF32 ? new ScoreCuda(gpu) : new ScoreReference();
    };
  }
}
