package cadj.autograd.ops;

import cadj.kernels.device.Buffer;
import cadj.tensor.Tensor;

/// Moving averages of a channel's mean and variance, which training gathers and evaluation uses.
///
/// @param mean [C], contiguous, updated in place
/// @param var [C], contiguous, updated in place
/// @param momentum weight of the newest batch; PyTorch's default is 0.1
public record RunningStatistics(Tensor mean, Tensor var, float momentum) {
  /// With PyTorch's momentum.
  public static RunningStatistics of(Tensor mean, Tensor var) {
    return new RunningStatistics(mean, var, 0.1f);
  }

  /// running ← (1 − momentum)·running + momentum·batch, the variance of the batch unbiased.
  ///
  /// @param rstd 1/√(population variance + eps) of `samples` values per channel
  void learn(Tensor batchMean, Tensor rstd, float eps, int samples) {
    Buffer means = mean.denseBuffer();
    Buffer vars = var.denseBuffer();
    double unbiased = samples / (samples - 1.0);
    for (int c = 0; c < means.length(); c++) {
      double inverse = rstd.get(c);
      double variance = Math.max(0, 1 / (inverse * inverse) - eps) * unbiased;
      means.set(c, (1.0 - momentum) * means.get(c) + momentum * batchMean.get(c));
      vars.set(c, (1.0 - momentum) * vars.get(c) + momentum * variance);
    }
    mean.storage().overwritten();
    var.storage().overwritten();
  }
}
