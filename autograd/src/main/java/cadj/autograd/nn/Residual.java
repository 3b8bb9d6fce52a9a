package cadj.autograd.nn;

import static cadj.autograd.ops.Add.add;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// Modules to whose output something is added: a residual, say, or the time embedding. The kernel
/// that computes the output adds it too, unless somebody acts on the output, which is announced
/// without it.
///
/// A module that ends in another one hands the residual on:
///
/// ```java
/// Tensor forward(Tensor x, @Nullable Tensor residual) {
///   return Residual.module(path, x, residual, (in, r) -> out.forward(gated(in), r));
/// }
/// ```
public final class Residual {
  private Residual() {}

  /// What a module computes.
  @FunctionalInterface
  public interface Forward {
    /// @param residual to add to the output, or null
    Tensor apply(Tensor x, @Nullable Tensor residual);
  }

  /// The module at `key`, plus `residual` of its output's shape if there is one: announces input
  /// `x` and the output of `forward`.
  public static Tensor module(String key, Tensor x, @Nullable Tensor residual, Forward forward) {
    return module(key, x, residual, forward, (y, r) -> add(r, y));
  }

  /// The same for what is added in another way.
  ///
  /// @param sum of the output and what is added to it
  static Tensor module(
      String key, Tensor x, @Nullable Tensor addend, Forward forward, BinaryOperator<Tensor> sum) {
    if (addend == null) {
      return Activations.module(key, x, in -> forward.apply(in, null));
    }
    return Activations.isActedOn(key)
        ? sum.apply(Activations.module(key, x, in -> forward.apply(in, null)), addend)
        : Activations.several(key, x, in -> forward.apply(in, addend));
  }
}
