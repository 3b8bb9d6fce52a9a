package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

/// What is added to a convolution's result y [N,Ho,Wo,Co], each or none:
///
/// ```
/// y[n,i,j,co] += bias[co] + perImage[n,co] + residual[n,i,j,co]
/// ```
public record Conv2dAddends(
    @Nullable Buffer bias, @Nullable Buffer perImage, @Nullable Buffer residual) {
  public static final Conv2dAddends NONE = new Conv2dAddends(null, null, null);

  public static Conv2dAddends bias(@Nullable Buffer bias) {
    return bias == null ? NONE : new Conv2dAddends(bias, null, null);
  }
}
