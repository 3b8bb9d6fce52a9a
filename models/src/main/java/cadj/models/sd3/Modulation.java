package cadj.models.sd3;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.shift;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Reshape.reshape;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Shifts, scales and gates, which depend on time step and pooled text: one per sample and channel,
/// [N,C], for all tokens of x [N,T,C].
final class Modulation {
  private Modulation() {}

  /// x·(1 + scale) + shift
  static Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
    return Scope.keep("modulate", () -> add(mul(x, shift(perToken(scale), 1)), perToken(shift)));
  }

  /// x + gate·y
  static Tensor addGated(Tensor x, Tensor gate, Tensor y) {
    return Scope.keep("gate", () -> add(x, mul(perToken(gate), y)));
  }

  /// [N,C] → [N,1,C]
  private static Tensor perToken(Tensor perSample) {
    return reshape(perSample, perSample.dim(0), 1, perSample.dim(1));
  }
}
