package cadj.cad.attribution;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferCache;
import cadj.tensor.memory.HeapLimit;
import cadj.tensor.memory.Storage;
import java.util.Collection;

/// How much of the device's memory intermediate values may take, for
/// [cadj.autograd.graph.Tape#within].
public final class TapeMemory {
  /// For each scored weight: a compensated sum of the trajectory at hand.
  private static final int BYTES_PER_SUM = 2 * Float.BYTES;

  /// And the total of those before it, on the host.
  private static final int BYTES_PER_TOTAL = Double.BYTES;

  /// Or each of those before it, for a part.
  private static final int BYTES_PER_KEPT = Float.BYTES;

  private TapeMemory() {}

  /// How many bytes of tensors may be in use on the current device: what is in use already, and
  /// three quarters of what model and sums leave free. The rest is for work in progress and for
  /// memory freed but not yet reusable.
  ///
  /// @param watched the scored parameters
  /// @param sums of each
  /// @param trajectories of the run, which are merged as they are done
  public static long bytes(Collection<Tensor> watched, int sums, int trajectories) {
    return bytes(watched, sums, trajectories > 1 ? BYTES_PER_TOTAL : 0L);
  }

  /// The same for a part of a run, whose trajectories are kept apart.
  public static long bytesForPart(Collection<Tensor> watched, int sums, TrajectoryRange part) {
    return bytes(watched, sums, (long) BYTES_PER_KEPT * (part.count() - 1));
  }

  /// @param finished bytes per weight and sum, on the host, for trajectories that are done
  private static long bytes(Collection<Tensor> watched, int sums, long finished) {
    System.gc(); // so that what is in use is the model
    long weights = watched.stream().mapToLong(Tensor::elements).sum();
    long onHost = Device.current() instanceof Cpu ? finished : 0;
    long taken = weights * sums * (BYTES_PER_SUM + onHost);
    long room = Math.max(0, free() - taken);
    // Weights that are read again come and go: what they leave must be collected first.
    boolean reading = BufferCache.pledgedBytes() > 0 && Device.current() instanceof Cpu;
    return Storage.liveBytes() + (reading ? room / 2 : room / 4 * 3);
  }

  private static long free() {
    return switch (Device.current()) {
      case Cpu cpu -> {
        Runtime machine = Runtime.getRuntime();
        long used = machine.totalMemory() - machine.freeMemory();
        yield HeapLimit.bytes() - used - BufferCache.pledgedBytes();
      }
      case Gpu gpu -> {
        gpu.pool().trim(); // what is idle there is not in use, but not free either
        yield gpu.driver().freeBytes();
      }
    };
  }
}
