package cadj.kernels.cuda;

import jcuda.driver.CUstream;

/// The driver's stream, as JCuda's functions take it and as C's do.
final class DeviceStream extends CUstream {
  /// What C's functions take, once the stream is made.
  long address() {
    return getNativePointer();
  }
}
