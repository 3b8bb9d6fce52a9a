package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Compares the derivatives that a tape computes with central differences, in double precision.
///
/// ```java
/// GradCheck.check(in -> mul(in[0], in[1]), a, b);
/// ```
///
/// The whole Jacobian where it is small; else, for each argument, its product with one random
/// direction from either side, as JAX's `check_vjp` does. Functions with a kink are checked
/// correctly only away from it.
public final class GradCheck {
  private static final int LARGEST_JACOBIAN = 4096;
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;

  private final Function<Tensor[], Tensor> f;
  private final Tensor[] in;
  private final List<Tensor> watched = new ArrayList<>();

  private GradCheck(Function<Tensor[], Tensor> f, Tensor... in) {
    this.f = f;
    this.in = in;
    for (Tensor t : in) {
      if (t.dtype().isFloat()) {
        require(t.dtype() == DType.F64, "gradient check: expected F64 arguments, got %s", t);
        watched.add(t);
      }
    }
  }

  /// Checks the derivatives of `f` at `in` by all F64 arguments; I64 arguments are constants.
  ///
  /// `in` may have any layout that holds each element once; its memory is disturbed and restored.
  ///
  /// @throws AssertionError naming argument, index, what the tape gave and what was expected
  public static void check(Function<Tensor[], Tensor> f, Tensor... in) {
    new GradCheck(f, in).check();
  }

  private void check() {
    int outputs = value().length;
    long entries = 0;
    for (Tensor t : watched) {
      entries += (long) outputs * t.elements();
    }
    if (entries <= LARGEST_JACOBIAN) {
      checkJacobian(outputs);
    } else {
      checkDirections(outputs);
    }
  }

  private void checkJacobian(int outputs) {
    double[][][] received = new double[outputs][][];
    for (int o = 0; o < outputs; o++) {
      double[] seed = new double[outputs];
      seed[o] = 1;
      received[o] = gradients(seed);
    }
    for (int w = 0; w < watched.size(); w++) {
      Tensor x = watched.get(w);
      for (int i = 0; i < x.elements(); i++) {
        double[] direction = new double[x.elements()];
        direction[i] = 1;
        double[] expected = difference(x, direction);
        for (int o = 0; o < outputs; o++) {
          compare(
              received[o][w][i],
              expected[o],
              x,
              "index " + Arrays.toString(index(x.shape(), i)),
              o);
        }
      }
    }
  }

  private void checkDirections(int outputs) {
    SplittableRandom random = new SplittableRandom(1);
    double[] seed = random.doubles(outputs, -1, 1).toArray();
    double[][] received = gradients(seed);
    for (int w = 0; w < watched.size(); w++) {
      Tensor x = watched.get(w);
      double[] direction = random.doubles(x.elements(), -1, 1).toArray();
      double[] differences = difference(x, direction);
      compare(dot(received[w], direction), dot(seed, differences), x, "a random direction", -1);
    }
  }

  private void compare(double received, double expected, Tensor x, String where, int output) {
    if (!(Math.abs(received - expected) <= TOLERANCE * (1 + Math.abs(expected)))) {
      throw new AssertionError(
          "gradient check: argument %d %s, %s%s: received %s from the tape, expected %s from central differences"
              .formatted(
                  Arrays.asList(in).indexOf(x),
                  x.shape(),
                  where,
                  output < 0 ? "" : ", output " + output,
                  received,
                  expected));
    }
  }

  /// The result's values, row-major.
  private double[] value() {
    double[][] values = new double[1][];
    Scope.run("gradient check", () -> values[0] = f.apply(in).toDoubles());
    return values[0];
  }

  /// seedᵀ·J for each watched argument.
  private double[][] gradients(double[] seed) {
    double[][] out = new double[watched.size()][];
    Scope.run(
        "gradient check",
        () ->
            Tape.record(
                watched,
                tape -> {
                  Tensor y = f.apply(in);
                  Gradients g = tape.backward(y, Tensor.of(seed, y.shape().toArray()));
                  for (int w = 0; w < out.length; w++) {
                    Tensor x = watched.get(w);
                    out[w] = g.reached(x) ? g.of(x).toDoubles() : new double[x.elements()];
                  }
                  return null;
                }));
    return out;
  }

  /// J·direction by central differences: (f(x + h·direction) − f(x − h·direction)) / 2h.
  private double[] difference(Tensor x, double[] direction) {
    double[] original = x.toDoubles();
    try {
      move(x, original, direction, STEP);
      double[] above = value();
      move(x, original, direction, -STEP);
      double[] below = value();
      double[] out = new double[above.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = (above[i] - below[i]) / (2 * STEP);
      }
      return out;
    } finally {
      move(x, original, direction, 0);
    }
  }

  private static void move(Tensor x, double[] from, double[] direction, double step) {
    Buffer memory = x.memory();
    Layout layout = x.layout();
    for (int i = 0; i < from.length; i++) {
      int[] at = index(x.shape(), i);
      memory.set(layout.at(at), from[i] + step * direction[i]);
    }
  }

  private static int[] index(Shape shape, int element) {
    int[] index = new int[shape.rank()];
    int rest = element;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % shape.dim(d);
      rest /= shape.dim(d);
    }
    return index;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
