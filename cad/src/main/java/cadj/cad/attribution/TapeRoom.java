package cadj.cad.attribution;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Storage;
import java.util.Collection;

/// How much of the device's memory intermediate values may take, for
/// [cadj.autograd.graph.Tape#within].
public final class TapeRoom {
  /// For each scored weight: the sum of gradients, and what rounding took from it.
  private static final int BYTES_PER_WEIGHT = 2 * Float.BYTES;

  private TapeRoom() {}

  /// How many bytes of tensors may be in use on the current device: what is in use already, and
  /// three quarters of what model and sums leave free. The rest is for work in progress and for
  /// memory freed but not yet reusable.
  public static long bytes(Collection<Tensor> watched) {
    System.gc(); // so that what is in use is the model
    long sums = BYTES_PER_WEIGHT * watched.stream().mapToLong(Tensor::elements).sum();
    return Storage.liveBytes() + Math.max(0, free() - sums) / 4 * 3;
  }

  private static long free() {
    return switch (Device.current()) {
      case Cpu cpu -> {
        Runtime machine = Runtime.getRuntime();
        yield machine.maxMemory() - (machine.totalMemory() - machine.freeMemory());
      }
      case Gpu gpu -> {
        gpu.pool().trim(); // what is idle there is not in use, but not free either
        yield gpu.driver().freeBytes();
      }
    };
  }
}
