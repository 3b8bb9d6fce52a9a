package cadj.autograd.ops;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Plain formulas for expected values.
final class Plain {
  private Plain() {}

  static double[] map(Tensor x, DoubleUnaryOperator f) {
    double[] out = x.toDoubles();
    for (int i = 0; i < out.length; i++) {
      out[i] = f.applyAsDouble(out[i]);
    }
    return out;
  }

  /// f(a, b), broadcast, element by element.
  static double[] zip(Tensor a, Tensor b, DoubleBinaryOperator f) {
    Shape shape = Shape.broadcast(a.shape(), b.shape(), "expected");
    double[] out = new double[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = f.applyAsDouble(at(a, shape, i), at(b, shape, i));
    }
    return out;
  }

  /// The value that `x`, broadcast to `shape`, has at row-major place `element`.
  private static double at(Tensor x, Shape shape, int element) {
    int[] index = new int[x.rank()];
    int rest = element;
    for (int d = 1; d <= x.rank(); d++) {
      int i = rest % shape.dim(-d);
      rest /= shape.dim(-d);
      index[x.rank() - d] = x.dim(-d) == 1 ? 0 : i;
    }
    return x.get(index);
  }

  /// f applied to each line of `x` along `dim`.
  static double[] along(Tensor x, int dim, UnaryOperator<double[]> f) {
    double[] out = x.toDoubles();
    int axis = x.shape().axis(dim);
    int n = x.dim(axis);
    int inner = x.shape().product(axis + 1, x.rank());
    for (int line = 0; line < out.length / n; line++) {
      int start = line / inner * n * inner + line % inner;
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = out[start + i * inner];
      }
      double[] results = f.apply(values);
      for (int i = 0; i < n; i++) {
        out[start + i * inner] = results[i];
      }
    }
    return out;
  }

  /// The sum over `dims`, or all if none is named.
  static double[] sum(Tensor x, int... dims) {
    boolean[] summed = new boolean[x.rank()];
    for (int d = 0; d < summed.length; d++) {
      int axis = d;
      summed[d] =
          dims.length == 0 || IntStream.of(dims).map(x.shape()::axis).anyMatch(a -> a == axis);
    }
    double[] values = x.toDoubles();
    double[] out = new double[values.length];
    int kept = 1;
    for (int i = 0; i < values.length; i++) {
      int rest = i;
      int place = 0;
      int step = 1;
      for (int d = x.rank() - 1; d >= 0; d--) {
        if (!summed[d]) {
          place += rest % x.dim(d) * step;
          step *= x.dim(d);
        }
        rest /= x.dim(d);
      }
      out[place] += values[i];
      kept = step;
    }
    return Arrays.copyOf(out, kept);
  }
}
