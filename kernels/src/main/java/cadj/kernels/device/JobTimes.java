package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// When each thread began its first task of a job and ended its last.
///
/// Each thread writes its own entries, before it counts its tasks as done; read once all are done.
final class JobTimes {
  private final Recorder recorder;
  private final Supplier<Runnable> listener;
  private final long[] starts;
  private final long[] ends;

  /// By thread, what to run at the end of its part; null where it took none.
  private final @Nullable Runnable[] parts;

  /// @param recorder that is told, as it is now
  JobTimes(Recorder recorder, int threads) {
    this.recorder = recorder;
    listener = recorder.parts();
    starts = new long[threads];
    ends = new long[threads];
    parts = new Runnable[threads];
  }

  /// Before each task of a thread.
  void begin(int thread) {
    if (parts[thread] == null) {
      parts[thread] = listener.get();
      starts[thread] = System.nanoTime();
    }
  }

  /// When a thread finds no more tasks, if it ever had one or not.
  void end(int thread) {
    Runnable part = parts[thread];
    if (part != null) {
      ends[thread] = System.nanoTime();
      part.run();
    }
  }

  void report() {
    for (int thread = 0; thread < parts.length; thread++) {
      if (parts[thread] != null) {
        recorder.span(thread, starts[thread], ends[thread]);
      }
    }
  }
}
