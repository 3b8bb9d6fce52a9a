package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

final class GroupNormReference implements GroupNormKernel {
  @Override
  public void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int n,
      int hw,
      int c,
      int groups,
      float eps) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int n,
      int hw,
      int c,
      int groups) {
    throw new IllegalStateException("to be written");
  }
}
