package cadj.autograd.nn;

import static cadj.autograd.ops.BatchNorm.batchNorm;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;

/// Batch normalisation of [N,channels,H,W] in evaluation mode, by the running statistics.
public final class BatchNorm2d {
  private static final float EPS = 1e-5f; // PyTorch's default

  private final String path;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final float eps;

  public BatchNorm2d(Weights w, int channels) {
    this(w, channels, EPS);
  }

  /// @param eps added to the variance
  public BatchNorm2d(Weights w, int channels, float eps) {
    this.eps = eps;
    this.path = w.path();
    this.weight = w.get("weight", channels);
    this.bias = w.get("bias", channels);
    this.runningMean = w.get("running_mean", channels);
    this.runningVar = w.get("running_var", channels);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(
        path, x, in -> batchNorm(in, runningMean, runningVar, weight, bias, eps));
  }
}
