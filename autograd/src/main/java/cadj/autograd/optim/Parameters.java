package cadj.autograd.optim;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Gradients;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/// What all optimisers share: they go through the parameters that have a gradient, and write in
/// place.
final class Parameters {
  private Parameters() {}

  static List<Tensor> dense(String optimiser, Collection<Tensor> parameters) {
    for (Tensor p : parameters) {
      require(p.layout().isDense(), "%s: parameter %s is not dense", optimiser, p.layout());
    }
    return List.copyOf(parameters);
  }

  /// Runs `rule` on each parameter and its gradient, which lies in memory as the parameter does.
  static void update(
      String optimiser,
      List<Tensor> parameters,
      Gradients gradients,
      BiConsumer<Tensor, Tensor> rule) {
    for (Tensor p : parameters) {
      if (gradients.reached(p)) {
        Scope.run(optimiser, () -> rule.accept(p, gradients.of(p).orderedLike(p)));
        p.storage().overwritten();
      }
    }
  }
}
