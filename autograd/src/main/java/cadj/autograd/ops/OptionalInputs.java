package cadj.autograd.ops;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Inputs that an operation may go without: those that are there follow the others, in order.
final class OptionalInputs {
  private OptionalInputs() {}

  /// Those that are there.
  static Tensor[] present(@Nullable Tensor... in) {
    return Arrays.stream(in).filter(Objects::nonNull).toArray(Tensor[]::new);
  }

  /// `in[i]`, or null if `there` is false.
  static @Nullable Tensor at(boolean there, int i, Tensor... in) {
    return there ? in[i] : null;
  }
}
