package cadj.autograd.ops;

import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;
import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;

/// Squared differences of two tensors of one shape.
public final class MseLoss {
  private MseLoss() {}

  /// Mean of (x − target)², a scalar.
  public static Tensor mseLoss(Tensor x, Tensor target) {
    requireSameShape("mseLoss", x, target);
    return mean(square(sub(x, target)));
  }

  /// Σ (x − target)², a scalar.
  public static Tensor sumSquaredDifference(Tensor x, Tensor target) {
    requireSameShape("sumSquaredDifference", x, target);
    return sum(square(sub(x, target)));
  }

  private static void requireSameShape(String op, Tensor x, Tensor target) {
    require(
        x.shape().equals(target.shape()),
        "%s: target must be of x's shape %s, got %s",
        op,
        x.shape(),
        target.shape());
  }
}
