package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import org.jspecify.annotations.Nullable;

final class GroupNormVector implements GroupNormKernel {
  private final GroupNormKernel reference = new GroupNormReference();

  GroupNormVector(Cpu cpu) {}

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
    reference.forward(y, mean, rstd, x, weight, bias, n, hw, c, groups, eps);
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
    reference.backward(dx, dweight, dbias, dy, mean, rstd, x, weight, n, hw, c, groups);
  }
}
