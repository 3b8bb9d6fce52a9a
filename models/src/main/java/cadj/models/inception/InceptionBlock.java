package cadj.models.inception;

import static cadj.autograd.ops.Cat.cat;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.function.UnaryOperator;

/// Branches side by side: x [N,in,H,W] → their channels one after another.
final class InceptionBlock {
  private final String path;
  private final List<UnaryOperator<Tensor>> branches;

  InceptionBlock(String path, List<UnaryOperator<Tensor>> branches) {
    this.path = path;
    this.branches = List.copyOf(branches);
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, this::all);
  }

  private Tensor all(Tensor x) {
    return cat(
        1,
        branches.stream()
            .map(branch -> Scope.keep("branch", () -> branch.apply(x)))
            .toArray(Tensor[]::new));
  }
}
