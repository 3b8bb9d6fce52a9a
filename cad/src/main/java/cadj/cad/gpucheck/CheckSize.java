package cadj.cad.gpucheck;

import cadj.kernels.device.Gpu;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.profiler.Example;
import cadj.kernels.profiler.Examples;
import java.util.List;

/// How large the parts' work is.
enum CheckSize {
  /// Published models' sizes.
  FULL,
  /// What the emulated device does in seconds.
  TOY;

  /// Runs of kernels: all, or the first few.
  List<Example> examples() {
    return this == FULL ? Examples.ALL : Examples.ALL.subList(0, 3);
  }

  static CheckSize of(Gpu gpu) {
    return gpu.driver() instanceof EmulatedDriver ? TOY : FULL;
  }
}
