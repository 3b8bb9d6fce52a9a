package cadj.models.golden;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;

/// What a model announces while it runs, for tests to read afterwards.
public final class Announced {
  private Announced() {}

  /// Runs `work`, copying the output of each module into `seen` under its key.
  public static <T> T copyInto(Map<String, Tensor> seen, Supplier<T> work) {
    return Activations.with(
        Activations.observe(
            "**",
            (key, value) -> seen.put(key, Tensor.of(value.toFloats(), value.shape().toArray()))),
        work);
  }
}
