package cadj.kernels.geglu;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Gated GELU: y = value·gelu(gate), where x is value and gate side by side.
///
/// x [rows,2·width] → y [rows,width]; value is the first half of a row, gate the second; gelu is
/// the exact one (erf).
public sealed interface GegluKernel permits GegluReference, GegluVector, GegluCuda {
  void forward(Buffer y, Buffer x, int rows, int width);

  /// Overwrites dx [rows,2·width], dvalue and dgate side by side:
  ///
  /// ```
  /// dvalue = dy·gelu(gate)
  /// dgate  = dy·value·gelu′(gate)
  /// ```
  void backward(Buffer dx, Buffer dy, Buffer x, int rows, int width);

  /// The twin for `device` and the element type of `like`.
  static GegluKernel on(Device device, Buffer like) {
    return device.twin(like, GegluVector::new, GegluCuda::new, GegluReference::new);
  }
}
