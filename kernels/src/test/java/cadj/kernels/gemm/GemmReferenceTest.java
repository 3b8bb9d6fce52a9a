package cadj.kernels.gemm;

import cadj.kernels.device.DType;

/// In double, as gradients are checked.
class GemmReferenceTest extends GemmContract {
  @Override
  GemmKernel kernel() {
    return new GemmReference();
  }

  @Override
  DType dtype() {
    return DType.F64;
  }
}
