package cadj.cad.profile.chrome;

import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import java.util.ArrayList;
import java.util.List;

/// When the device ran a launch, to show it on a time axis.
///
/// Events around a launch tell how long it took, not when it began. A device runs the launches of
/// its one stream in their order, none before it was asked for, so:
///
/// ```
/// startᵢ = max(when launch i was asked for, startᵢ₋₁ + durationᵢ₋₁)
/// ```
///
/// This leaves out what the driver needs to hand over a launch, some microseconds.
///
/// @param launch the slice of the call
/// @param start nanoseconds since the recording began
/// @param end nanoseconds since the recording began
public record DeviceLaunch(Slice launch, long start, long end) {
  /// Of all launches whose time on the device was measured, in the order of time.
  public static List<DeviceLaunch> of(RunProfile run) {
    List<DeviceLaunch> out = new ArrayList<>();
    long free = 0;
    for (Slice slice : run.slices()) {
      Work work = slice.work();
      if (slice.kind() == Kind.LAUNCH && work != null && work.deviceNanos() > 0) {
        long start = Math.max(slice.start(), free);
        free = start + work.deviceNanos();
        out.add(new DeviceLaunch(slice, start, free));
      }
    }
    return out;
  }
}
