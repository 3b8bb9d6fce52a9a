package cadj.cad.method.esd;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;

/// Where one step of the training is taken.
///
/// @param latents x_t, as the denoiser takes it [1,C,h,w]
/// @param timestep t
/// @param target what the trained model should predict there
record EsdPoint(Tensor latents, double timestep, Tensor target) implements Scope.Holder {
  @Override
  public Iterable<Storage> storages() {
    return List.of(latents.storage(), target.storage());
  }
}
