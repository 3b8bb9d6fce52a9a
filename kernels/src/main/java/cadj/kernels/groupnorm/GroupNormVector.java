package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import org.jspecify.annotations.Nullable;

final class GroupNormVector implements GroupNormKernel {
  private final Cpu cpu;

  GroupNormVector(Cpu cpu) {
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
