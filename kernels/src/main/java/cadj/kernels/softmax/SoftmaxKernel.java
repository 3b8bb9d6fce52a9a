package cadj.kernels.softmax;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Softmax and log-softmax of rows.
///
/// x, y [rows,width]; the maximum of a row is subtracted first, so no input overflows.
public sealed interface SoftmaxKernel permits SoftmaxReference, SoftmaxVector, SoftmaxCuda {
  /// y = exp(x − max) / Σ exp(x − max)
  void forward(Buffer y, Buffer x, int rows, int width);

  /// dx = y·(dy − Σ dy·y)
  void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width);

  /// y = x − max − log Σ exp(x − max)
  void logForward(Buffer y, Buffer x, int rows, int width);

  /// dx = dy − exp(y)·Σ dy
  void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width);

  /// The twin for `device` and the element type of `like`.
  static SoftmaxKernel on(Device device, Buffer like) {
    return device.twin(like, SoftmaxVector::new, SoftmaxCuda::new, SoftmaxReference::new);
  }
}
