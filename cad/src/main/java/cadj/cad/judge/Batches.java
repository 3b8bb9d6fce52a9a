package cadj.cad.judge;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.function.UnaryOperator;

/// Large networks see a few pictures at a time, so that memory does not grow with their number.
final class Batches {
  private static final int SIZE = 8;

  private Batches() {}

  /// pictures [N,3,H,W] → values [N·width], row by row, where `network` gives [n,width] of n
  /// pictures.
  static float[] run(Tensor pictures, int width, UnaryOperator<Tensor> network) {
    int n = pictures.dim(0);
    float[] out = new float[n * width];
    for (int from = 0; from < n; from += SIZE) {
      int first = from;
      Scope.run(
          "judge",
          () -> {
            Tensor some = pictures.slice(0, first, Math.min(first + SIZE, n));
            float[] rows = network.apply(some).toFloats();
            System.arraycopy(rows, 0, out, first * width, rows.length);
          });
    }
    return out;
  }
}
