package cadj.autograd.graph;

import cadj.tensor.Tensor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/// What [Activations#with] does at every activation whose key matches a glob.
public sealed interface Intervention {
  KeyGlob glob();

  /// Reads the value. See [Activations#observe].
  record Observe(KeyGlob glob, BiConsumer<String, Tensor> observer) implements Intervention {}

  /// Puts another value in its stead. See [Activations#replace].
  record Replace(KeyGlob glob, BiFunction<String, Tensor, Tensor> replacement)
      implements Intervention {}

  /// Takes the derivative by the value. See [Activations#gradientOf].
  record GradientOf(KeyGlob glob, BiConsumer<String, Tensor> receiver) implements Intervention {}
}
