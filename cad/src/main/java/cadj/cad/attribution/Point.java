package cadj.cad.attribution;

import cadj.kernels.random.SplitMix64;
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
/// @param seed of what an estimator draws here, of each point its own
public record Point(
    int trajectory,
    int step,
    Tensor latents,
    double timestep,
    NoiseLevel level,
    Conditioning concept,
    Tensor target,
    long seed)
    implements Scope.Holder {
  /// A point of a run that has no seed.
  public Point(
      int trajectory,
      int step,
      Tensor latents,
      double timestep,
      NoiseLevel level,
      Conditioning concept,
      Tensor target) {
    this(trajectory, step, latents, timestep, level, concept, target, seed(0, trajectory, step));
  }

  /// The seed of a trajectory's `index`-th point in a run with a seed of its own.
  static long seed(long run, int trajectory, int index) {
    return SplitMix64.at(SplitMix64.at(run, trajectory), index);
  }

  @Override
  public Iterable<Storage> storages() {
    return List.of(latents.storage(), target.storage());
  }
}
