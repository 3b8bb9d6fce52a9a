package cadj.bench.workload;

import cadj.kernels.device.F32;
import java.util.List;

/// A computation on given numbers, which others can do too.
///
/// It can be done again and again: what it reads, it does not overwrite.
public interface Workload {
  /// Does it once.
  void run();

  /// What it computes, in the order in memory that the workload tells: to check others by.
  List<F32> results();

  /// Multiplications and additions, as textbooks count them: Winograd's savings show as speed. 0:
  /// next to none, or not counted.
  default double flop() {
    return 0;
  }

  /// What must be read and written at the least, each number once. 0: not counted.
  default double bytes() {
    return 0;
  }

  /// Bytes of all elements of `buffers`.
  static double bytes(F32... buffers) {
    double elements = 0;
    for (F32 buffer : buffers) {
      elements += buffer.length();
    }
    return elements * Float.BYTES;
  }
}
