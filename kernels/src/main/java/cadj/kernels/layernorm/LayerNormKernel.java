package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import org.jspecify.annotations.Nullable;

/// Layer normalisation of rows:
///
/// ```
/// rstd = 1/√(var + eps)         mean and (population) variance over a row
/// x̂    = (x − mean)·rstd
/// y    = weight·x̂ + bias
/// ```
///
/// x [rows,width], weight [width], bias [width] → y [rows,width]; mean, rstd [rows].
public sealed interface LayerNormKernel permits LayerNormReference, LayerNormVector, LayerNormCuda {
  void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int rows,
      int width,
      float eps);

  /// Gradients:
  ///
  /// ```
  /// g       = dy·weight
  /// dx      = rstd·(g − mean(g) − x̂·mean(g·x̂))
  /// dweight = Σ dy·x̂
  /// dbias   = Σ dy
  /// ```
  ///
  /// Each of dx, dweight, dbias is overwritten, or not computed if null.
  void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width);

  /// The twin for `device` and the element type of `like`.
  static LayerNormKernel on(Device device, Buffer like) {
    return device.twin(like, LayerNormVector::new, LayerNormCuda::new, LayerNormReference::new);
  }
}
