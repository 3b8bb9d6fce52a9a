package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import org.jspecify.annotations.Nullable;

final class LayerNormVector implements LayerNormKernel {
  private final LayerNormKernel reference = new LayerNormReference();

  LayerNormVector(Cpu cpu) {}

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
    reference.forward(y, mean, rstd, x, weight, bias, rows, width, eps);
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
    reference.backward(dx, dweight, dbias, dy, mean, rstd, x, weight, rows, width);
  }
}
