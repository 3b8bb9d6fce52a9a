package cadj.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Counts the floating point operations done, which JMH reports as `gflop` per second.
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Work {
  /// 10⁹ multiplications and additions, as textbooks count them: Winograd's savings show as speed.
  public double gflop;

  public void add(double flop) {
    gflop += flop * 1e-9;
  }
}
