package cadj.kernels.geglu;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// x [rows,2·width] → y [rows,width]: y = value·gelu(gate), value the first half of a row, gate the
/// second, gelu exact (erf).
public sealed interface GegluKernel permits GegluReference, GegluVector, GegluCuda {
  void forward(Buffer y, Buffer x, int rows, int width);

  /// dvalue = dy·gelu(gate), dgate = dy·value·gelu′(gate); overwrites dx [rows,2·width].
  void backward(Buffer dx, Buffer dy, Buffer x, int rows, int width);

  /// The twin for `device` and the element type of `like`.
  static GegluKernel on(Device device, Buffer like) {
    return device.twin(like, GegluVector::new, GegluCuda::new, GegluReference::new);
  }
}
