package cadj.kernels.emulator.check;

import cadj.kernels.emulator.run.Allocation;
import cadj.kernels.emulator.run.DeviceMemory;
import cadj.kernels.emulator.run.EmulatorException;
import java.util.Map;
import java.util.WeakHashMap;

/// What checks remember from launch to launch: how many blocks have run, and who touched what of
/// device memory. Blocks of a launch run one after another when they are checked, so that the same
/// mistake is always found by the same thread.
public final class CheckState {
  private final DeviceMemory memory;

  /// Those of freed memory go with it.
  private final Map<Allocation, Shadow> shadows = new WeakHashMap<>();

  private int latestRun;
  private int firstRun;

  public CheckState(DeviceMemory memory) {
    this.memory = memory;
  }

  DeviceMemory memory() {
    return memory;
  }

  /// A launch of `blocks` begins.
  public void begin(long blocks) {
    if (blocks >= Shadow.RUNS) {
      throw new EmulatorException("%d blocks are too many to be checked".formatted(blocks));
    }
    if (latestRun + blocks >= Shadow.RUNS) {
      latestRun = 0;
      shadows.clear();
    }
    firstRun = latestRun + 1;
  }

  /// Of `allocation`, for accesses of `unit` bytes and more.
  Shadow shadow(Allocation allocation, int unit) {
    Shadow known = shadows.get(allocation);
    if (known != null && known.unit() <= unit) {
      return known;
    }
    Shadow fresh = new Shadow(allocation.capacity(), unit);
    shadows.put(allocation, fresh);
    return fresh;
  }

  int nextRun() {
    return ++latestRun;
  }

  /// Of the present launch.
  int firstRun() {
    return firstRun;
  }
}
