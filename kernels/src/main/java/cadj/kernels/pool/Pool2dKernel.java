package cadj.kernels.pool;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.I64;

/// Average and maximum of square windows of channels-last images.
///
/// x [N,H,W,C] → y [N,Ho,Wo,C]; sizes in [Pool2dShape].
public sealed interface Pool2dKernel permits Pool2dReference, Pool2dVector, Pool2dCuda {
  /// Mean over the window, padding counted as zeros (PyTorch's default `count_include_pad`).
  void average(Pool2dShape shape, Buffer y, Buffer x);

  void averageBackward(Pool2dShape shape, Buffer dx, Buffer dy);

  /// Largest value of the window, NaN winning; `index` [N,Ho,Wo,C] receives h·W + w of the first
  /// such pixel.
  void max(Pool2dShape shape, Buffer y, I64 index, Buffer x);

  void maxBackward(Pool2dShape shape, Buffer dx, Buffer dy, I64 index);

  /// The twin for `device` and the element type of `like`.
  static Pool2dKernel on(Device device, Buffer like) {
    return device.twin(like, Pool2dVector::new, Pool2dCuda::new, Pool2dReference::new);
  }
}
