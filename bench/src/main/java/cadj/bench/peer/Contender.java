package cadj.bench.peer;

import cadj.kernels.device.F32;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Someone who does a workload, ours or a peer, made ready to be timed.
public interface Contender extends AutoCloseable {
  String name();

  /// Works until it is as fast as it gets.
  ///
  /// @param seconds for about how long
  void warmUp(double seconds);

  /// Takes a turn.
  ///
  /// @param atLeast seconds that the calls should take together
  /// @return seconds per call
  double turn(double atLeast);

  /// What it computes, ordered as the workload tells; null for one that works on other numbers.
  default @Nullable List<F32> results() {
    return null;
  }

  @Override
  default void close() {}
}
