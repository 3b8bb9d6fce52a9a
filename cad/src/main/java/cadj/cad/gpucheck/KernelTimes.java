package cadj.cad.gpucheck;

import cadj.kernels.device.BorrowedDriver;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.profiler.Example;
import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.profiler.Profiler;
import cadj.kernels.profiler.TimedLaunch;
import cadj.kernels.roofline.GpuRoofline;
import cadj.kernels.roofline.Roofline;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;

/// The card's own peaks, and the time of every kernel beside them.
///
/// Each example is timed with its first size enlarged, so that the card is filled; work is counted
/// on the emulated device at the usual sizes and enlarged likewise, as it grows with the first
/// size.
final class KernelTimes {
  private static final int LARGER = 32;

  /// Rounds and elements for the emulated device.
  private static final int TOY_ROUNDS = 4;

  private static final int TOY_LENGTH = 1 << 10;

  private final Gpu gpu;
  private final PrintWriter out;
  private final CheckSize size;

  KernelTimes(Gpu gpu, PrintWriter out) {
    this.gpu = gpu;
    this.out = out;
    this.size = CheckSize.of(gpu);
  }

  void run() {
    Roofline peak = peaks();
    out.printf(
        "peaks, fp32 without tensor cores: %.2f TFLOP/s; memory read %.0f GB/s, triad %.0f GB/s%n",
        peak.flops() / 1e12, peak.read() / 1e9, peak.triad() / 1e9);
    out.printf(
        "%-36s %10s %10s %6s %10s %6s%n", "kernel", "ms", "GFLOP/s", "share", "GB/s", "share");
    for (Example example : size.examples()) {
      time(example, peak);
      out.flush();
    }
  }

  private Roofline peaks() {
    try (GpuRoofline probe =
        size == CheckSize.FULL
            ? new GpuRoofline(gpu)
            : new GpuRoofline(gpu, TOY_ROUNDS, TOY_LENGTH)) {
      return probe.measure();
    }
  }

  private void time(Example example, Roofline peak) {
    int[] usual = example.sizes("");
    int larger = size == CheckSize.FULL ? LARGER : 1;
    int[] sizes = usual.clone();
    sizes[0] *= larger;
    try {
      Map<String, KernelProfile> counted = Profiler.count(example, usual, Device.host());
      Map<String, Double> times = new HashMap<>();
      for (TimedLaunch launch : Profiler.time(example, sizes, new BorrowedDriver(gpu.driver()))) {
        times.merge(launch.kernel(), launch.milliseconds(), Double::sum);
      }
      for (Example.Launched kernel : example.kernels()) {
        line(kernel.kernel(), times, counted, larger, peak);
      }
    } catch (RuntimeException e) { // such sizes are refused, or the driver fails: the others follow
      out.printf("%-36s not timed: %s%n", example.name(), e.getMessage());
    }
  }

  private void line(
      String kernel,
      Map<String, Double> times,
      Map<String, KernelProfile> counted,
      int larger,
      Roofline peak) {
    Double milliseconds = times.get(kernel);
    KernelProfile profile = counted.get(kernel);
    if (milliseconds == null || profile == null) {
      out.printf("%-36s was not launched%n", kernel);
      return;
    }
    double flops = profile.flops() * larger / milliseconds * 1e3;
    double bytes = (profile.bytesRead() + profile.bytesWritten()) * larger / milliseconds * 1e3;
    out.printf(
        "%-36s %10.4f %10.0f %5.0f%% %10.0f %5.0f%%%n",
        kernel,
        milliseconds,
        flops / 1e9,
        100 * flops / peak.flops(),
        bytes / 1e9,
        100 * bytes / peak.triad());
  }
}
