package cadj.autograd.ops;

import static cadj.autograd.ops.LogSoftmax.logSoftmax;
import static cadj.autograd.ops.NllLoss.nllLoss;

import cadj.tensor.Tensor;

/// Cross-entropy of logits against true classes.
public final class CrossEntropy {
  private CrossEntropy() {}

  /// logits [N,C], targets [N] (I64, 0 to C−1) → mean over n of −log softmax(logits)[n,
  /// targets[n]], a scalar.
  public static Tensor crossEntropy(Tensor logits, Tensor targets) {
    return nllLoss(logSoftmax(logits, -1), targets);
  }
}
