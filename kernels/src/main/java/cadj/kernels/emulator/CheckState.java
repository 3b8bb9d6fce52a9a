package cadj.kernels.emulator;

/// What checks remember from launch to launch: how many blocks have run. Blocks of a launch run one
/// after another when they are checked, so that the same mistake is always found by the same
/// thread.
final class CheckState {
  private final DeviceMemory memory;
  private int latestRun;
  private int firstRun;

  CheckState(DeviceMemory memory) {
    this.memory = memory;
  }

  DeviceMemory memory() {
    return memory;
  }

  /// A launch of `blocks` begins.
  void begin(long blocks) {
    if (blocks >= Shadow.RUNS) {
      throw new EmulatorException("%d blocks are too many to be checked".formatted(blocks));
    }
    if (latestRun + blocks >= Shadow.RUNS) {
      latestRun = 0;
      memory.forgetAccesses();
    }
    firstRun = latestRun + 1;
  }

  int nextRun() {
    return ++latestRun;
  }

  /// Of the present launch.
  int firstRun() {
    return firstRun;
  }
}
