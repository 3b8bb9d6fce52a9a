package cadj.kernels.cuda;

import jcuda.driver.CUdeviceptr;

/// An address in device memory, in the type that the driver's functions take.
final class DeviceAddress extends CUdeviceptr {
  private static final CUdeviceptr ZERO = new CUdeviceptr();

  /// To be filled in by a call.
  DeviceAddress() {}

  DeviceAddress(long value) {
    super(ZERO, value);
  }

  long value() {
    return getNativePointer() + getByteOffset();
  }
}
