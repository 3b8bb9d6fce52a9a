package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What one backward step adds to which tensors' gradients.
final class Contributions implements Scope.Holder {
  private final List<Tensor> targets = new ArrayList<>();
  private final List<Tensor> amounts = new ArrayList<>();

  /// Runs `op`'s backward rule and checks that it says all it must.
  static Contributions of(Op op, Tensor[] in, Saved saved, Tensor dy) {
    @Nullable Tensor[] dx = op.backward(saved, dy);
    require(
        dx.length == in.length,
        "%s: backward gave %d contributions for %d inputs",
        op.name(),
        dx.length,
        in.length);
    Recorder recorder = Recording.current();
    if (recorder != null) {
      OpWork.backward(recorder, op, saved, dy, dx);
    }
    Contributions result = new Contributions();
    for (int i = 0; i < dx.length; i++) {
      Tensor d = dx[i];
      if (saved.needs(i)) {
        require(d != null, "%s: backward gave no contribution for input %d", op.name(), i);
        result.add(in[i], d);
      }
    }
    return result;
  }

  void add(Tensor target, Tensor amount) {
    require(
        amount.shape().equals(target.shape()) && amount.dtype() == target.dtype(),
        "backward: contribution %s does not fit %s",
        amount,
        target);
    targets.add(target);
    amounts.add(amount);
  }

  void forEach(BiConsumer<Tensor, Tensor> action) {
    for (int i = 0; i < targets.size(); i++) {
      action.accept(targets.get(i), amounts.get(i));
    }
  }

  @Override
  public Iterable<Storage> storages() {
    return amounts.stream().map(Tensor::storage).toList();
  }
}
