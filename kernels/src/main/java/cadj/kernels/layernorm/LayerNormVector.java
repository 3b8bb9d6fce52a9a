package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import org.jspecify.annotations.Nullable;

final class LayerNormVector implements LayerNormKernel {
  private final Cpu cpu;

  LayerNormVector(Cpu cpu) {
    this.cpu = cpu;
  }

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
