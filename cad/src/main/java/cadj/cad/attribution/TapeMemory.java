package cadj.cad.attribution;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Storage;
import java.util.Collection;

/// How much of the device's memory intermediate values may take, for
/// [cadj.autograd.graph.Tape#within].
public final class TapeMemory {
  /// For each scored weight: a compensated sum of the trajectory at hand.
  private static final int BYTES_PER_SUM = 2 * Float.BYTES;

  /// And the total of those before it, on the host.
  private static final int BYTES_PER_TOTAL = Double.BYTES;

  private TapeMemory() {}

  /// How many bytes of tensors may be in use on the current device: what is in use already, and
  /// three quarters of what model and sums leave free. The rest is for work in progress and for
  /// memory freed but not yet reusable.
  ///
  /// @param watched the scored parameters
  /// @param sums of each
  /// @param trajectories of the run
  public static long bytes(Collection<Tensor> watched, int sums, int trajectories) {
    System.gc(); // so that what is in use is the model
    long weights = watched.stream().mapToLong(Tensor::elements).sum();
    return Storage.liveBytes() + Math.max(0, free() - taken(weights * sums, trajectories)) / 4 * 3;
  }

  private static long taken(long weights, int trajectories) {
    long totals = trajectories > 1 && Device.current() instanceof Cpu ? BYTES_PER_TOTAL : 0;
    return weights * (BYTES_PER_SUM + totals);
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
