package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Objects;
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
      GroupNormShape s, Buffer y, Buffer mean, Buffer rstd, Buffer x, Buffer weight, Buffer bias) {
    new GroupNormForward(s, F32.of(x.slice(0, s.elements())))
        .run(cpu, F32.of(y.slice(0, s.elements())), mean, rstd, weight, bias);
  }

  @Override
  public void backward(
      GroupNormShape s,
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      @Nullable Buffer bias) {
    F32 gradient = F32.of(dy.slice(0, s.elements()));
    F32 in = F32.of(x.slice(0, s.elements()));
    F32 out = dx == null ? null : F32.of(dx.slice(0, s.elements()));
    GroupNormBackward backward = new GroupNormBackward(s, mean, rstd, in, weight);
    if (s.silu()) {
      F32 dz = out == null ? F32.allocate(s.elements()) : out;
      backward.throughSilu(cpu, dz, gradient, Objects.requireNonNull(bias));
      gradient = dz;
    }
    backward.sum(cpu, gradient);
    backward.parameters(dweight, dbias);
    if (out != null) {
      backward.input(cpu, out, gradient);
    }
  }
}
