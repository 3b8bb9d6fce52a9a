package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import org.jspecify.annotations.Nullable;

/// Whole rows of channels at a time, block by block in parallel: [GroupNormForward],
/// [GroupNormBackward].
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
    int size = n * hw * c;
    new GroupNormForward(Blocks.of(n, hw, c), F32.of(x.slice(0, size)))
        .run(cpu, F32.of(y.slice(0, size)), mean, rstd, weight, bias, groups, eps);
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
    int size = n * hw * c;
    F32 gradient = F32.of(dy.slice(0, size));
    F32 in = F32.of(x.slice(0, size));
    GroupNormBackward backward =
        new GroupNormBackward(Blocks.of(n, hw, c), groups, cpu, gradient, mean, rstd, in, weight);
    backward.parameters(dweight, dbias);
    if (dx != null) {
      backward.input(cpu, F32.of(dx.slice(0, size)));
    }
  }
}
