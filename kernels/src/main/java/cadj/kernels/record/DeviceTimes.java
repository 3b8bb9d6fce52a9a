package cadj.kernels.record;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleSupplier;

/// Launches whose times are still to be asked of the device: asking for the latest would wait for
/// it.
final class DeviceTimes {
  private static final int MOST = 4096;

  private final Slices slices;
  private final Deque<Launch> launches = new ArrayDeque<>();

  private record Launch(int slice, DoubleSupplier milliseconds) {}

  DeviceTimes(Slices slices) {
    this.slices = slices;
  }

  void add(int slice, DoubleSupplier milliseconds) {
    launches.add(new Launch(slice, milliseconds));
    if (launches.size() >= MOST) {
      ask(MOST / 2);
    }
  }

  /// Asks for the times of the `most` oldest launches.
  void ask(int most) {
    for (int i = 0; i < most && !launches.isEmpty(); i++) {
      Launch launch = launches.remove();
      slices.deviceNanos(launch.slice, Math.round(launch.milliseconds.getAsDouble() * 1e6));
    }
  }
}
