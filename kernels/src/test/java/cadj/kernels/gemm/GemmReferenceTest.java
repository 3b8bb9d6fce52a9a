package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.GemmShape;
import org.jspecify.annotations.Nullable;

/// In double, as gradients are checked.
class GemmReferenceTest extends GemmContract {
  @Override
  void multiply(
      GemmShape shape,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    new GemmReference().multiply(shape, c, a, b, bias, residual);
  }

  @Override
  DType dtype() {
    return DType.F64;
  }
}
