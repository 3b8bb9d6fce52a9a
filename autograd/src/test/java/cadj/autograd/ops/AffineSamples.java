package cadj.autograd.ops;

import static cadj.autograd.ops.Affine.affine;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Affine.shift;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

final class AffineSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Affine.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        unary("scale", x -> scale(x, 0.3f), v -> 0.3f * v),
        unary("shift", x -> shift(x, -2.5f), v -> v - 2.5f),
        unary("neg", Affine::neg, v -> -v),
        unary("affine", x -> affine(x, 3, 0.1f), v -> 3 * v + 0.1f),
        sample("image", in -> affine(in[0], 2, 1), normal(2, 3, 2, 2)),
        sample("empty", in -> affine(in[0], 2, 1), normal(3, 0)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "affine: expected F32 or F64, got I64", () -> scale(Tensor.of(new long[2], 2), 2)));
  }

  private static Sample unary(String name, UnaryOperator<Tensor> op, DoubleUnaryOperator plain) {
    return sample(name, in -> op.apply(in[0]), normal(2, 3))
        .expecting(in -> Plain.map(in[0], plain));
  }
}
