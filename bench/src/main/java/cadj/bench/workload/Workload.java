package cadj.bench.workload;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.stream.Stream;

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

  /// What `buffer` holds, wherever it lies.
  static F32 onHost(Buffer buffer) {
    return F32.of(Tensor.of(Shape.of(buffer.length()), buffer).cpu().denseBuffer());
  }

  /// The same for other libraries: an array that holds nothing else.
  static float[] values(Buffer buffer) {
    return Tensor.of(Shape.of(buffer.length()), buffer).toFloats();
  }

  /// What `buffers` hold, wherever they lie.
  static List<F32> allOnHost(Buffer... buffers) {
    return Stream.of(buffers).map(Workload::onHost).toList();
  }

  /// Bytes of all elements of `buffers`.
  static double bytes(Buffer... buffers) {
    double elements = 0;
    for (Buffer buffer : buffers) {
      elements += buffer.length();
    }
    return elements * Float.BYTES;
  }
}
