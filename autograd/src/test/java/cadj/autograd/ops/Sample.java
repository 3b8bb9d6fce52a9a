package cadj.autograd.ops;

import cadj.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One application of an operation, in double precision.
///
/// @param value an independent plain formula for the result's values, row-major; null where there
///   is none cheaper than the reference kernel
/// @param inputs F64, or I64 for ids
record Sample(
    String name,
    Function<Tensor[], Tensor> call,
    @Nullable Function<Tensor[], double[]> value,
    List<Input> inputs) {
  static Sample sample(String name, Function<Tensor[], Tensor> call, Input... inputs) {
    return new Sample(name, call, null, List.of(inputs));
  }

  /// This with a plain formula for the result.
  Sample expecting(Function<Tensor[], double[]> formula) {
    return new Sample(name, call, formula, inputs);
  }

  /// The arguments, the same each time.
  Tensor[] draw() {
    SplittableRandom random = new SplittableRandom(42);
    return inputs.stream().map(input -> input.draw(random)).toArray(Tensor[]::new);
  }
}
