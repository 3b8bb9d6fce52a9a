package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The derivatives of one value by the watched tensors that it depends on.
public final class Gradients implements Scope.Holder {
  private final Map<Tensor, @Nullable Tensor> byTensor;

  Gradients(Map<Tensor, @Nullable Tensor> byTensor) {
    this.byTensor = byTensor;
  }

  /// The gradient by `watched`, shaped like it, in any layout: make it contiguous, or order it like
  /// the parameter, before reading its buffer. To be read only, since gradients may share memory
  /// with each other.
  ///
  /// @throws IllegalArgumentException if the tape did not watch it, or the value does not depend on
  ///   it
  public Tensor of(Tensor watched) {
    require(byTensor.containsKey(watched), "gradient: the tape did not watch %s", watched);
    Tensor gradient = byTensor.get(watched);
    if (gradient == null) {
      throw new IllegalArgumentException(
          "gradient: the value does not depend on %s; ask reached() first".formatted(watched));
    }
    return gradient;
  }

  /// Whether the value depends on `watched`.
  public boolean reached(Tensor watched) {
    return byTensor.get(watched) != null;
  }

  @Override
  public Iterable<Storage> storages() {
    List<Storage> all = new ArrayList<>();
    for (Tensor gradient : byTensor.values()) {
      if (gradient != null) {
        all.add(gradient.storage());
      }
    }
    return all;
  }
}
