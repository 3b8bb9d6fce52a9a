package cadj.autograd.ops;

import cadj.tensor.Tensor;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/// An argument of a [Sample]: how to draw it.
interface Input {
  Tensor draw(RandomGenerator random);

  /// Standard normal values.
  static Input normal(int... dims) {
    return random -> Tensor.of(fill(random::nextGaussian, dims), dims);
  }

  /// Values of 0.5 to 2, where logarithms, roots and quotients are tame.
  static Input positive(int... dims) {
    return random -> Tensor.of(fill(() -> random.nextDouble(0.5, 2), dims), dims);
  }

  /// Integers of 0 to `bound` − 1.
  static Input ids(int bound, int... dims) {
    return random -> {
      long[] values = new long[size(dims)];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(bound);
      }
      return Tensor.of(values, dims);
    };
  }

  /// These values.
  static Input of(double[] values, int... dims) {
    return random -> Tensor.of(values.clone(), dims);
  }

  private static double[] fill(DoubleSupplier draw, int... dims) {
    double[] values = new double[size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = draw.getAsDouble();
    }
    return values;
  }

  private static int size(int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }
}
