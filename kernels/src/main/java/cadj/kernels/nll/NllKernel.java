package cadj.kernels.nll;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.I64;

/// Negative log-likelihood (`torch.nn.functional.nll_loss`): loss [1] = mean over rows of
/// −logp[row, target[row]]. Targets are checked by the caller.
public sealed interface NllKernel permits NllReference, NllVector, NllCuda {
  void forward(Buffer loss, Buffer logp, I64 targets, int rows, int width);

  /// dlogp[row, target] = −dloss/rows, 0 elsewhere; overwrites dlogp.
  void backward(Buffer dlogp, Buffer dloss, I64 targets, int rows, int width);

  /// The twin for `device` and the element type of `like`.
  static NllKernel on(Device device, Buffer like) {
    return device.twin(like, NllVector::new, NllCuda::new, NllReference::new);
  }
}
