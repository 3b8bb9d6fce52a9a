package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;

/// A check that an operation's input is F32 or F64.
final class Floats {
  private Floats() {}

  /// `x`, if it is F32 or F64.
  static Tensor requireFloat(String op, Tensor x) {
    require(x.dtype().isFloat(), "%s: expected F32 or F64, got %s", op, x.dtype());
    return x;
  }
}
