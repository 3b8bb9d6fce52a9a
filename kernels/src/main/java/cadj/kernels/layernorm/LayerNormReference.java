package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

final class LayerNormReference implements LayerNormKernel {
  @Override
  public void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int rows,
      int width,
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
      int rows,
      int width) {
    throw new IllegalStateException("to be written");
  }
}
