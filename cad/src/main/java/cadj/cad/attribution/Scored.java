package cadj.cad.attribution;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;

/// An objective's value at one point.
///
/// @param value J
/// @param outputs what the denoiser predicted, for those who look closer
public record Scored(double value, List<Tensor> outputs) implements Scope.Holder {
  @Override
  public Iterable<Storage> storages() {
    return outputs.stream().map(Tensor::storage).toList();
  }
}
