package cadj.kernels.device;

import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.kernels.record.Work;

/// Writes down what a device is asked for, where that is recorded.
final class LaunchRecord {
  static final String TO_DEVICE = "copy to device";

  /// The host waits for all that was asked for before.
  static final String TO_HOST = "wait and copy to host";

  private LaunchRecord() {}

  /// Runs `launch`, between two events in the stream.
  ///
  /// @param shape of the launch, or of the operands
  static void of(Recorder recorder, Driver driver, String name, String shape, Runnable launch) {
    int slice = recorder.begin(Kind.LAUNCH, name);
    try {
      recorder.work(shape, () -> new Work(shape, 0, 0, "", 0));
      long before = driver.mark();
      launch.run();
      long after = driver.mark();
      if (recorder.isRecorded(slice)) {
        recorder.deviceTime(slice, () -> time(driver, before, after));
      } else {
        driver.forget(before);
        driver.forget(after);
      }
    } finally {
      recorder.end(slice);
    }
  }

  private static double time(Driver driver, long before, long after) {
    double milliseconds = driver.milliseconds(before, after);
    driver.forget(before);
    driver.forget(after);
    return milliseconds;
  }

  /// Runs `copy`, which moves so many bytes.
  static void copy(String name, long bytes, Runnable copy) {
    Recorder recorder = Recording.current();
    if (recorder == null) {
      copy.run();
      return;
    }
    int slice = recorder.begin(Kind.LAUNCH, name);
    try {
      copy.run();
      recorder.work(bytes, () -> new Work("", 0, bytes, "", 0));
    } finally {
      recorder.end(slice);
    }
  }
}
