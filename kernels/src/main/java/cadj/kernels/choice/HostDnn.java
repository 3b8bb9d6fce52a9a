package cadj.kernels.choice;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.F32;
import cadj.kernels.device.GpuF32;

/// Stands in for cuDNN on the emulated device: convolves on the CPU, in single precision whatever
/// precision is allowed.
public final class HostDnn implements Dnn {
  private final Cpu cpu;

  public HostDnn(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Sizes sizes, GpuF32 y, GpuF32 x, GpuF32 weight, boolean tf32) {
    F32 result = F32.of(new float[y.length()]);
    Conv2dKernel.on(cpu, result)
        .forward(
            shape(sizes), result, HostBlas.copyOf(x), HostBlas.copyOf(weight), Conv2dAddends.NONE);
    y.gpu().upload(y, result);
  }

  @Override
  public void backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
    F32 result = F32.of(new float[dx.length()]);
    Conv2dKernel.on(cpu, result)
        .backwardData(shape(sizes), result, HostBlas.copyOf(dy), HostBlas.copyOf(weight));
    dx.gpu().upload(dx, result);
  }

  @Override
  public void backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
    F32 result = F32.of(new float[dweight.length()]);
    Conv2dKernel.on(cpu, result)
        .backwardWeight(shape(sizes), result, HostBlas.copyOf(dy), HostBlas.copyOf(x));
    dweight.gpu().upload(dweight, result);
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
