package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Input.positive;
import static cadj.autograd.ops.Sample.sample;

import cadj.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;

/// What the four arithmetic operations are all tried with.
final class BroadcastSamples {
  private BroadcastSamples() {}

  static List<Sample> of(BinaryOperator<Tensor> op, DoubleBinaryOperator plain) {
    return List.of(
        pair("same shape", op, plain, normal(2, 3), positive(2, 3)),
        pair("scalars", op, plain, normal(), positive()),
        pair("scalar b", op, plain, normal(2, 3), positive()),
        pair("scalar a", op, plain, normal(), positive(2, 3)),
        pair("row", op, plain, normal(3, 4), positive(4)),
        pair("column", op, plain, normal(3, 1), positive(3, 4)),
        pair("outer", op, plain, normal(3, 1), positive(1, 4)),
        pair("per channel", op, plain, normal(2, 3, 2, 2), positive(1, 3, 1, 1)),
        pair("per image and channel", op, plain, normal(2, 3, 1, 1), positive(2, 3, 2, 2)),
        pair("images", op, plain, normal(2, 3, 4, 5), positive(2, 3, 4, 5)),
        pair("empty", op, plain, normal(0, 3), positive(3)),
        pair("empty against one", op, plain, normal(2, 0), positive(2, 1)));
  }

  private static Sample pair(
      String name, BinaryOperator<Tensor> op, DoubleBinaryOperator plain, Input a, Input b) {
    return sample(name, in -> op.apply(in[0], in[1]), a, b)
        .expecting(in -> Plain.zip(in[0], in[1], plain));
  }

  static List<Misuse> misuses(String name, BinaryOperator<Tensor> op) {
    Tensor a = Tensor.of(new double[6], 2, 3);
    return List.of(
        new Misuse(
            name + ": cannot broadcast [2,3] with [2]",
            () -> op.apply(a, Tensor.of(new double[2], 2))),
        new Misuse(
            name + ": expected inputs of one type, got F64 and F32",
            () -> op.apply(a, Tensor.of(new float[6], 2, 3))));
  }
}
