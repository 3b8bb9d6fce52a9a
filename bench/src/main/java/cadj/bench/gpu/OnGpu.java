package cadj.bench.gpu;

import cadj.bench.peer.Contender;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import java.util.List;

/// This program on a GPU, with its own kernels or with NVIDIA's libraries, timed by events between
/// the launches, so that what the host does meanwhile does not count.
///
/// @param gpu how it works; its driver is the one on whose memory the workload lies
public record OnGpu(String name, Gpu gpu, Workload workload) implements Contender {
  /// Calls between two looks at the clock at the most: launches wait in a queue of limited length.
  private static final int MOST_CALLS = 64;

  @Override
  public void warmUp(double seconds) {
    turn(seconds);
  }

  @Override
  public double turn(double atLeast) {
    int calls = 0;
    double total = 0;
    for (int next = 1; total < atLeast; next = Math.min(MOST_CALLS, 2 * next)) {
      total += seconds(next);
      calls += next;
    }
    return total / calls;
  }

  private double seconds(int calls) {
    Runnable all =
        () -> {
          for (int i = 0; i < calls; i++) {
            workload.run();
          }
        };
    return Device.with(gpu, () -> gpu.driver().milliseconds(all) * 1e-3);
  }

  @Override
  public List<F32> results() {
    return Device.with(
        gpu,
        () -> {
          workload.run();
          return workload.results();
        });
  }
}
