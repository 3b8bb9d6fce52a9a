package cadj.autograd.nn;

import cadj.tensor.Tensor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looking inside a model while it runs: modules announce their results by key.
///
/// ```java
/// Activations.observe((key, value) -> seen.put(key, value.toFloats()), () -> unet.forward(…));
/// ```
///
/// An observer must copy numbers out, since a block's values are freed at its end.
public final class Activations {
  private static final ScopedValue<BiConsumer<String, Tensor>> OBSERVER = ScopedValue.newInstance();

  private Activations() {}

  /// Runs `work`, handing each announced value to `observer`.
  public static <T extends @Nullable Object> T observe(
      BiConsumer<String, Tensor> observer, Supplier<T> work) {
    return ScopedValue.where(OBSERVER, observer).call(work::get);
  }

  /// Announces `value` as the result of the module at `key`, and passes it through.
  public static Tensor announce(String key, Tensor value) {
    if (OBSERVER.isBound()) {
      OBSERVER.get().accept(key, value);
    }
    return value;
  }
}
