package cadj.cad.probe;

import cadj.cad.attribution.ConceptPictures;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;

/// The task's pictures as latents, and the noise that goes with each.
///
/// @param latents scaled [N,C,h,w]
/// @param noise standard normal [N,C,h,w]
record Encoded(Tensor latents, Tensor noise) implements Scope.Holder {
  static Encoded of(ProbeTask task) {
    Tensor latents =
        ConceptPictures.real(
            task.edited(), task.pictures(), ProbeTask.Stream.POSTERIOR.seed(task.seed()));
    return new Encoded(latents, task.noise(ProbeTask.Stream.NOISE, latents.shape()));
  }

  /// Pictures `from` (inclusive) to `to` (exclusive).
  Encoded some(int from, int to) {
    return new Encoded(latents.slice(0, from, to), noise.slice(0, from, to));
  }

  @Override
  public Iterable<Storage> storages() {
    return List.of(latents.storage(), noise.storage());
  }
}
