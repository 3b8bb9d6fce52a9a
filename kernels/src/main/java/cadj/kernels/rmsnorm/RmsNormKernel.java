package cadj.kernels.rmsnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import org.jspecify.annotations.Nullable;

/// Root mean square normalisation of rows, without mean and bias:
///
/// ```
/// rstd = 1/√(mean(x²) + eps)    mean over a row
/// x̂    = x·rstd
/// y    = weight·x̂
/// ```
///
/// x [rows,width], weight [width] → y [rows,width]; rstd [rows].
public sealed interface RmsNormKernel permits RmsNormReference, RmsNormVector, RmsNormCuda {
  void forward(Buffer y, Buffer rstd, Buffer x, Buffer weight, int rows, int width, float eps);

  /// Gradients:
  ///
  /// ```
  /// g       = dy·weight
  /// dx      = rstd·(g − x̂·mean(g·x̂))
  /// dweight = Σ dy·x̂
  /// ```
  ///
  /// Each of dx, dweight is overwritten, or not computed if null.
  void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      Buffer dy,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width);

  /// The twin for `device` and the element type of `like`.
  static RmsNormKernel on(Device device, Buffer like) {
    return device.twin(like, RmsNormVector::new, RmsNormCuda::new, RmsNormReference::new);
  }
}
