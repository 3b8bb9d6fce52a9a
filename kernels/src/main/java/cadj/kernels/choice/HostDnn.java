package cadj.kernels.choice;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.F32;
import cadj.kernels.device.GpuF32;
import org.jspecify.annotations.Nullable;

/// Stands in for cuDNN on the emulated device: convolves on the CPU, sums in single precision.
/// Factors are rounded wherever cuDNN might round them, so that results show what that does.
public final class HostDnn implements Dnn {
  private final Cpu cpu;

  public HostDnn(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public Done forward(
      Sizes sizes,
      GpuF32 y,
      GpuF32 x,
      GpuF32 weight,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      boolean tf32) {
    F32 result = F32.of(new float[y.length()]);
    Conv2dKernel.on(cpu, result)
        .forward(
            shape(sizes),
            result,
            factors(x, tf32),
            factors(weight, tf32),
            new Conv2dAddends(HostBlas.copyOrNull(bias), null, HostBlas.copyOrNull(residual)));
    y.gpu().upload(y, result);
    return Done.ALL;
  }

  @Override
  public boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
    F32 result = F32.of(new float[dx.length()]);
    Conv2dKernel.on(cpu, result)
        .backwardData(shape(sizes), result, factors(dy, tf32), factors(weight, tf32));
    dx.gpu().upload(dx, result);
    return true;
  }

  @Override
  public boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
    F32 result = F32.of(new float[dweight.length()]);
    Conv2dKernel.on(cpu, result)
        .backwardWeight(shape(sizes), result, factors(dy, tf32), factors(x, tf32));
    dweight.gpu().upload(dweight, result);
    return true;
  }

  private static F32 factors(GpuF32 buffer, boolean tf32) {
    return (tf32 ? Rounding.TF32 : Rounding.NONE).apply(HostBlas.copyOf(buffer));
  }

  private static Conv2dShape shape(Sizes s) {
    return new Conv2dShape(
        s.n(),
        s.ci(),
        s.h(),
        s.w(),
        s.co(),
        s.kh(),
        s.kw(),
        s.strideH(),
        s.strideW(),
        s.padH(),
        s.padW(),
        s.padH(),
        s.padW(),
        s.groups());
  }
}
