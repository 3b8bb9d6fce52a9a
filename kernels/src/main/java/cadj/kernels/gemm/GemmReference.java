package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

final class GemmReference implements GemmKernel {
  @Override
  public void multiply(GemmShape shape, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    throw new IllegalStateException("to be written");
  }
}
