package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Input.positive;
import static cadj.autograd.ops.Pointwise.gelu;
import static cadj.autograd.ops.Pointwise.geluTanh;
import static cadj.autograd.ops.Pointwise.quickGelu;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

final class PointwiseSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Pointwise.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        unary("exp", Pointwise::exp, normal(2, 3), Math::exp),
        unary("log", Pointwise::log, positive(2, 3), Math::log),
        unary("sqrt", Pointwise::sqrt, positive(2, 3), Math::sqrt),
        unary("square", Pointwise::square, normal(2, 3), v -> v * v),
        unary("sin", Pointwise::sin, normal(2, 3), Math::sin),
        unary("cos", Pointwise::cos, normal(2, 3), Math::cos),
        unary("sigmoid", Pointwise::sigmoid, normal(2, 3), PointwiseSamples::sigmoid),
        unary("silu", Pointwise::silu, normal(2, 3), v -> v * sigmoid(v)),
        unary("gelu", Pointwise::gelu, Input.of(GELU_AT, 5), PointwiseSamples::plainGelu),
        unary("geluTanh", Pointwise::geluTanh, normal(2, 3), PointwiseSamples::plainGeluTanh),
        unary("quickGelu", Pointwise::quickGelu, normal(2, 3), v -> v * sigmoid(1.702 * v)),
        unary("relu", Pointwise::relu, normal(2, 3), v -> Math.max(v, 0)),
        sample("image", in -> silu(in[0]), normal(2, 3, 2, 2)),
        sample("scalar", in -> silu(in[0]), normal()),
        sample("empty", in -> silu(in[0]), normal(0, 2)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse("gelu: expected F32 or F64, got I64", () -> gelu(Tensor.of(new long[2], 2))),
        new Misuse(
            "geluTanh: expected F32 or F64, got I64", () -> geluTanh(Tensor.of(new long[2], 2))),
        new Misuse(
            "quickGelu: expected F32 or F64, got I64", () -> quickGelu(Tensor.of(new long[2], 2))));
  }

  /// x, and x·Φ(x) from a table of Φ.
  private static final double[] GELU_AT = {-2, -1, 0, 1, 2};

  private static final double[] PHI = {
    0.022750131948179195, 0.15865525393145707, 0.5, 0.8413447460685429, 0.9772498680518208
  };

  private static double plainGelu(double x) {
    return x * PHI[Arrays.binarySearch(GELU_AT, x)];
  }

  private static double plainGeluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static Sample unary(
      String name, UnaryOperator<Tensor> op, Input x, DoubleUnaryOperator plain) {
    return sample(name, in -> op.apply(in[0]), x).expecting(in -> Plain.map(in[0], plain));
  }
}
