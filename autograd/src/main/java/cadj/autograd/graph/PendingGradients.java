package cadj.autograd.graph;

import cadj.kernels.binary.Binary;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.strided.LoopNest;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// The sums of contributions collected so far, during one backward pass.
///
/// Contributions may share memory (an addition hands its dy to both inputs), so sums go to new
/// memory, and memory is freed only when the last gradient that lies in it has been consumed.
final class PendingGradients {
  private final @Nullable Scope scope = Scope.current();
  private final IdentityHashMap<Tensor, Tensor> gradients = new IdentityHashMap<>();
  private final IdentityHashMap<Storage, Integer> users = new IdentityHashMap<>();

  @Nullable Tensor of(Tensor tensor) {
    return gradients.get(tensor);
  }

  /// Adds what one step gave. Its contributions may lie in each other's memory, so none is freed
  /// before all are counted.
  void add(Contributions contributions) {
    contributions.forEach((tensor, amount) -> retain(amount));
    contributions.forEach(
        (tensor, amount) -> {
          add(tensor, amount);
          release(amount);
        });
  }

  void add(Tensor tensor, Tensor contribution) {
    Tensor before = gradients.get(tensor);
    Tensor sum = before == null ? contribution : plus(before, contribution);
    retain(sum);
    gradients.put(tensor, sum);
    if (before != null) {
      release(before);
    }
  }

  /// Forgets the gradient of a tensor whose own backward step is done.
  void consume(Tensor tensor) {
    Tensor gradient = gradients.remove(tensor);
    if (gradient != null) {
      release(gradient);
    }
  }

  private void retain(Tensor gradient) {
    users.merge(gradient.storage(), 1, Integer::sum);
  }

  private void release(Tensor gradient) {
    Storage storage = gradient.storage();
    // Counting down to zero removes the entry.
    Integer left = users.computeIfPresent(storage, (s, n) -> n == 1 ? null : n - 1);
    if (left == null && scope != null) {
      storage.freeIfOwnedBy(scope);
    }
  }

  private static Tensor plus(Tensor a, Tensor b) {
    Tensor out = a.emptyLike();
    BinaryKernel.on(out.device(), out.denseBuffer())
        .apply(
            Binary.ADD,
            out.denseBuffer(),
            a.buffer(),
            b.buffer(),
            LoopNest.of(
                out.shape().toArray(),
                out.layout().strides(),
                a.layout().strides(),
                b.layout().strides()));
    return out;
  }
}
