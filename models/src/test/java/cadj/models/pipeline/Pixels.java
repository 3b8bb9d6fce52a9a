package cadj.models.pipeline;

import static cadj.autograd.ops.Affine.affine;
import static cadj.autograd.ops.Clamp.clamp;

import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;

/// Decoded pictures [N,3,H,W] as a viewer sees them.
final class Pixels {
  private Pixels() {}

  /// In [0, 1].
  static Tensor unit(Tensor decoded) {
    return clamp(affine(decoded, 0.5f, 0.5f), 0, 1);
  }

  /// That no 8-bit value is off by more than one from those recorded, [N,H,W,3] or [H,W,3].
  static void assertWithinOne(String what, Tensor expected, Tensor decoded) {
    Tensor actual = bytes(decoded).reshape(expected.shape());
    Golden.assertWithin(what, expected, actual, 1);
  }

  /// 0 to 255, [N,H,W,3].
  static Tensor bytes(Tensor decoded) {
    Tensor rows = unit(decoded).permute(0, 2, 3, 1);
    float[] values = rows.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.rint(255f * values[i]);
    }
    return Tensor.of(values, rows.shape().toArray());
  }
}
