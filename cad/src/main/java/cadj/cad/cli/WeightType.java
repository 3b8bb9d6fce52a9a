package cadj.cad.cli;

import cadj.kernels.device.DType;

/// Types that a GPU's memory may hold weights in.
enum WeightType {
  FP32(DType.F32),
  FP16(DType.F16),
  BF16(DType.BF16);

  private final DType dtype;

  WeightType(DType dtype) {
    this.dtype = dtype;
  }

  DType dtype() {
    return dtype;
  }
}
