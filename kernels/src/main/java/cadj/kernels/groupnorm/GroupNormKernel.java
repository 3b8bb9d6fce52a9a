package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import org.jspecify.annotations.Nullable;

/// Group normalisation, with SiLU after it if asked:
///
/// ```
/// rstd = 1/√(var + eps)         mean and (population) variance over a group's channels and pixels
/// x̂    = (x − mean)·rstd
/// z    = weight·x̂ + bias
/// y    = z or silu(z)
/// ```
///
/// x [N,HW,C], weight [C], bias [C] → y [N,HW,C]; mean, rstd [N,groups]. Statistics are taken in
/// two passes or in double, so that a variance far below the mean's square is right. With N = 1 and
/// groups = C over all rows of a batch this is batch normalisation in training mode.
public sealed interface GroupNormKernel permits GroupNormReference, GroupNormVector, GroupNormCuda {
  void forward(
      GroupNormShape s, Buffer y, Buffer mean, Buffer rstd, Buffer x, Buffer weight, Buffer bias);

  /// Gradients, with z recomputed:
  ///
  /// ```
  /// dz      = dy or dy·silu′(z)
  /// g       = dz·weight
  /// dx      = rstd·(g − mean(g) − x̂·mean(g·x̂))
  /// dweight = Σ dz·x̂
  /// dbias   = Σ dz
  /// ```
  ///
  /// Each of dx, dweight, dbias is overwritten, or not computed if null. Without SiLU bias is not
  /// read and may be null.
  void backward(
      GroupNormShape s,
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      @Nullable Buffer bias);

  /// The twin for `device` and the element type of `like`.
  static GroupNormKernel on(Device device, Buffer like) {
    return device.twin(like, GroupNormVector::new, GroupNormCuda::new, GroupNormReference::new);
  }
}
