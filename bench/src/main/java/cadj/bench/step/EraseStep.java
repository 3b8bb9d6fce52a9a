package cadj.bench.step;

import cadj.autograd.graph.Tape;
import cadj.bench.workload.Workload;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Point;
import cadj.kernels.device.F32;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.NoiseLevel;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.stream.Stream;

/// One evaluation of the erase objective with its gradients by all feed-forward matrices: a pass
/// without a tape, one with, and back. Its work is not counted: it depends on what is recomputed.
public record EraseStep(SizedModel model, Tensor latents, Conditioning concept, Conditioning base)
    implements Workload {
  private static final double TIMESTEP = 501;

  /// Read only of models that predict other velocities than these do.
  private static final NoiseLevel LEVEL = new NoiseLevel(1, 0);

  static EraseStep of(SizedModel model, int side) {
    return new EraseStep(
        model, model.latents(1, side), model.conditioning(2, 1), model.conditioning(3, 1));
  }

  public int side() {
    return latents.dim(2);
  }

  @Override
  public void run() {
    Scope.run("erase step", this::differentiate);
  }

  private double differentiate() {
    Denoiser denoiser = model.denoiser();
    Point point = new Point(0, 0, latents, TIMESTEP, LEVEL, concept, predict(base));
    return new EraseObjective(true)
        .differentiate(
            denoiser, point, denoiser.parameters(List.of(Sites.FF)), (name, gradient) -> {});
  }

  private Tensor predict(Conditioning conditioning) {
    return Tape.noGrad(() -> model.denoiser().forward(latents, TIMESTEP, conditioning));
  }

  /// The outputs with and without the concept.
  @Override
  public List<F32> results() {
    return Stream.of(concept, base).map(c -> F32.of(predict(c).toFloats())).toList();
  }
}
