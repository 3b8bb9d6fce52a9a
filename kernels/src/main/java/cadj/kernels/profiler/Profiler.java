package cadj.kernels.profiler;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.ptxfile.EntryRun;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RecordingListener;
import cadj.kernels.record.RunProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records what a piece of work does, or runs an [Example] and counts what its kernels do, or times
/// them.
public final class Profiler {
  private static final int WARM_UPS = 3;
  private static final int RUNS = 11;

  private Profiler() {}

  /// What work gave, and what it did.
  public record Recorded<T extends @Nullable Object>(T result, RunProfile profile) {}

  /// Runs `work` on the current device and records its phases, modules, operations, kernels and
  /// memory. Results are the same bits as unrecorded.
  ///
  /// ```java
  /// RunProfile profile = Profiler.record(() -> unet.forward(latents, 501, text)).profile();
  /// ```
  ///
  /// Only what this thread and the device's workers do is seen. On an emulated GPU that is opened
  /// in `work`, launches are counted instruction by instruction too. Of a recording inside a
  /// recording, the inner sees what runs in it, and the outer does not.
  public static <T extends @Nullable Object> Recorded<T> record(Supplier<T> work) {
    return record(RecordingListener.NONE, work);
  }

  /// The same, with somebody who is told while `work` runs.
  public static <T extends @Nullable Object> Recorded<T> record(
      RecordingListener listener, Supplier<T> work) {
    Recorder recorder = new Recorder(Recorder.MOST_SLICES, listener);
    CountedLaunches counted = new CountedLaunches(recorder);
    T result = EmulatedDriver.counting(counted::add, () -> Recording.with(recorder, work));
    return new Recorded<>(
        result, recorder.finish(Device.current().name(), Device.host().threads(), counted.sums()));
  }

  /// The profile of each kernel that the example launches, by name, counted on the emulator.
  ///
  /// @param cpu that emulates
  public static Map<String, KernelProfile> count(Example example, int[] sizes, Cpu cpu) {
    Map<String, List<LaunchCounts>> counted = new LinkedHashMap<>();
    EmulatedDriver driver = new EmulatedDriver(cpu, EmulatedDriver.Checks.BOUNDS);
    driver.count(it -> counted.computeIfAbsent(it.kernel().name(), k -> new ArrayList<>()).add(it));
    try (Gpu gpu = new Gpu(driver, null, null, example.precision());
        ExampleInputs inputs = new ExampleInputs(gpu)) {
      example.body().run(inputs, gpu, sizes);
    }
    Map<String, KernelProfile> profiles = new LinkedHashMap<>();
    counted.forEach((kernel, launches) -> profiles.put(kernel, new KernelProfile(launches)));
    return profiles;
  }

  /// The profile of one launch of somebody's own kernel.
  ///
  /// @param cpu that emulates
  public static KernelProfile count(EntryRun run, Cpu cpu, Consumer<String> printed) {
    List<LaunchCounts> counted = new ArrayList<>();
    EmulatedDriver driver = new EmulatedDriver(cpu, EmulatedDriver.Checks.BOUNDS);
    driver.count(counted::add);
    driver.print(printed);
    try (driver) {
      run.on(driver);
    }
    return new KernelProfile(counted);
  }

  /// Its median time on the GPU of `driver`, which is not closed.
  public static TimedLaunch time(EntryRun run, Driver driver) {
    TimingDriver timing = new TimingDriver(driver);
    List<List<TimedLaunch>> runs = new ArrayList<>();
    for (int i = 0; i < WARM_UPS + RUNS; i++) {
      run.on(timing);
      runs.add(timing.launches());
    }
    return medians(runs.subList(WARM_UPS, runs.size())).getFirst();
  }

  /// Every launch with its time on the GPU of `driver`, which is closed.
  public static List<TimedLaunch> time(Example example, int[] sizes, Driver driver) {
    return time(example, sizes, driver, WARM_UPS, RUNS);
  }

  static List<TimedLaunch> time(
      Example example, int[] sizes, Driver driver, int warmUps, int times) {
    TimingDriver timing = new TimingDriver(driver);
    List<List<TimedLaunch>> runs = new ArrayList<>();
    try (Gpu gpu = new Gpu(timing, null, null, example.precision())) {
      for (int run = 0; run < warmUps + times; run++) {
        try (ExampleInputs inputs = new ExampleInputs(gpu)) {
          example.body().run(inputs, gpu, sizes);
          runs.add(timing.launches());
        }
      }
    }
    return medians(runs.subList(warmUps, runs.size()));
  }

  /// Of each launch over all runs, which make the same launches.
  private static List<TimedLaunch> medians(List<List<TimedLaunch>> runs) {
    List<TimedLaunch> medians = new ArrayList<>();
    for (int i = 0; i < runs.getFirst().size(); i++) {
      int place = i;
      double[] sorted =
          runs.stream().mapToDouble(run -> run.get(place).milliseconds()).sorted().toArray();
      TimedLaunch launch = runs.getFirst().get(i);
      medians.add(new TimedLaunch(launch.kernel(), launch.shape(), sorted[sorted.length / 2]));
    }
    return medians;
  }
}
