package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Two-dimensional convolution of channels-last images (`torch.nn.functional.conv2d`).
///
/// ```
/// y[n,i,j,co] = addends + Σ x[n, i·strideH + a − padTop, j·strideW + b − padLeft, ci] · weight[co,ci,a,b]
/// ```
///
/// The sum is over the taps (a,b) and the input channels ci of co's group. x [N,H,W,Ci], weight
/// [Co,Ci/groups,kh,kw] (PyTorch's order) → y [N,Ho,Wo,Co]; sizes in [Conv2dShape], addends (bias,
/// time embedding, residual) in [Conv2dAddends]. Padding is zeros, with a size of its own on each
/// of the four sides (the VAE pads right and bottom only).
public sealed interface Conv2dKernel permits Conv2dReference, Conv2dVector, Conv2dCuda {
  void forward(Conv2dShape shape, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends);

  /// dx [N,H,W,Ci] from dy [N,Ho,Wo,Co]; overwrites dx.
  void backwardData(Conv2dShape shape, Buffer dx, Buffer dy, Buffer weight);

  /// dweight [Co,Ci/groups,kh,kw] from dy and x; overwrites dweight. (The bias's gradient is a sum
  /// over rows.)
  void backwardWeight(Conv2dShape shape, Buffer dweight, Buffer dy, Buffer x);

  /// The twin for `device` and the element type of `like`.
  static Conv2dKernel on(Device device, Buffer like) {
    return device.twin(like, Conv2dVector::new, Conv2dCuda::new, Conv2dReference::new);
  }
}
