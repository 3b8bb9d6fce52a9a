package cadj.cad.gpucheck;

import cadj.kernels.device.Gpu;
import cadj.kernels.emulator.EmulatedDriver;

/// How large the parts' work is.
enum CheckSize {
  /// Published models' sizes.
  FULL,
  /// What the emulated device does in seconds.
  TOY;

  static CheckSize of(Gpu gpu) {
    return gpu.driver() instanceof EmulatedDriver ? TOY : FULL;
  }
}
