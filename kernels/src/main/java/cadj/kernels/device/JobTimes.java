package cadj.kernels.device;

import cadj.kernels.record.Recorder;

/// When each thread began its first task of a job and ended its last.
///
/// Each thread writes its own entries, before it counts its task as done; read once all are done.
final class JobTimes {
  private final long[] starts;
  private final long[] ends;
  private final boolean[] worked;

  JobTimes(int threads) {
    starts = new long[threads];
    ends = new long[threads];
    worked = new boolean[threads];
  }

  void begin(int thread) {
    if (!worked[thread]) {
      worked[thread] = true;
      starts[thread] = System.nanoTime();
    }
  }

  void end(int thread) {
    ends[thread] = System.nanoTime();
  }

  void report(Recorder recorder) {
    for (int thread = 0; thread < worked.length; thread++) {
      if (worked[thread]) {
        recorder.span(thread, starts[thread], ends[thread]);
      }
    }
  }
}
