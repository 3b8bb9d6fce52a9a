package cadj.cad.attribution;

import cadj.models.denoiser.Conditioning;
import cadj.models.scheduler.NoiseLevel;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;

/// One place at which an objective is evaluated.
///
/// @param trajectory number of its prompt and noise sample, from 0
/// @param step number of its time step in [Points#timesteps]
/// @param latents x_t, as the denoiser takes it [1,C,h,w]
/// @param timestep t
/// @param level how noisy `latents` are
/// @param concept the concept's conditioning inputs c
/// @param target what the denoiser's output for x_t, c and t is compared with, a constant
public record Point(
    int trajectory,
    int step,
    Tensor latents,
    double timestep,
    NoiseLevel level,
    Conditioning concept,
    Tensor target)
    implements Scope.Holder {
  @Override
  public Iterable<Storage> storages() {
    return List.of(latents.storage(), target.storage());
  }
}
