package cadj.cad.attribution;

import cadj.autograd.graph.Gradients;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.List;

/// An objective's value at one point, and its derivatives.
///
/// @param value J
/// @param gradients ∂J/∂w of the watched parameters
/// @param outputs what the denoiser predicted, for those who look closer
public record Scored(double value, Gradients gradients, List<Tensor> outputs)
    implements Scope.Holder {
  @Override
  public Iterable<Storage> storages() {
    List<Storage> all = new ArrayList<>();
    gradients.storages().forEach(all::add);
    outputs.forEach(output -> all.add(output.storage()));
    return all;
  }
}
