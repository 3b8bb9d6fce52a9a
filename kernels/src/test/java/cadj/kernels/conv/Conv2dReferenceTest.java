package cadj.kernels.conv;

import cadj.kernels.device.DType;

/// In double, as gradients are checked.
class Conv2dReferenceTest extends Conv2dContract {
  @Override
  Conv2dKernel kernel() {
    return new Conv2dReference();
  }

  @Override
  DType dtype() {
    return DType.F64;
  }
}
