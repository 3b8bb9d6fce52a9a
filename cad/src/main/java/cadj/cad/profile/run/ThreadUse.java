package cadj.cad.profile.run;

import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Span;

/// How long each thread of the processor worked on kernels' tasks.
public final class ThreadUse {
  private ThreadUse() {}

  /// Nanoseconds by thread, the one that computes first.
  public static long[] busy(RunProfile run) {
    long[] busy = new long[run.threads()];
    for (Span span : run.spans()) {
      if (span.thread() < busy.length) {
        busy[span.thread()] += span.end() - span.start();
      }
    }
    return busy;
  }
}
