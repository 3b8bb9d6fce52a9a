package cadj.autograd.ops;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

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
}
