package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import org.jspecify.annotations.Nullable;

final class GemmVector implements GemmKernel {
  private final Cpu cpu;

  GemmVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void multiply(GemmShape shape, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    throw new IllegalStateException("to be written");
  }
}
