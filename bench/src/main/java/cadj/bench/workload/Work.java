package cadj.bench.workload;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Counts what was done, which JMH reports as `gflop` and `gigabyte` per second.
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Work {
  /// 10⁹ of [Workload#flop].
  public double gflop;

  /// 10⁹ of [Workload#bytes].
  public double gigabyte;

  /// Does `workload` once and counts it.
  public void done(Workload workload) {
    workload.run();
    gflop += workload.flop() * 1e-9;
    gigabyte += workload.bytes() * 1e-9;
  }
}
