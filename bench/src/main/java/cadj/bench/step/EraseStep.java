package cadj.bench.step;

import cadj.bench.workload.Workload;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Scored;
import cadj.kernels.device.F32;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.folder.ModelFolder;
import cadj.models.scheduler.NoiseSchedule;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// One evaluation of the erase objective with its gradients by all feed-forward matrices: a pass
/// without a tape, one with, and back. Its work is not counted: it depends on what is recomputed.
public record EraseStep(
    StableDiffusion model, Tensor latents, Conditioning concept, Conditioning base)
    implements Workload {
  static EraseStep of(StableDiffusion model, int side) {
    return new EraseStep(model, StableDiffusion.noise(1, 1, 4, side, side), text(2), text(3));
  }

  private static Conditioning text(int seed) {
    return Conditioning.of(
        StableDiffusion.noise(seed, 1, StableDiffusion.TEXT_TOKENS, StableDiffusion.TEXT_WIDTH));
  }

  public int side() {
    return latents.dim(2);
  }

  private Scored compute() {
    Denoiser unet = model.unet();
    NoiseSchedule schedule = ModelFolder.open("fashion").schedule();
    return new EraseObjective(unet, schedule, true)
        .at(
            latents,
            501,
            concept,
            base,
            unet.parameters(List.of(Sites.FF)).values(),
            (weight, gradient) -> {});
  }

  @Override
  public void run() {
    Scope.run("erase step", this::compute);
  }

  /// The outputs with and without the concept.
  @Override
  public List<F32> results() {
    return compute().outputs().stream().map(out -> F32.of(out.toFloats())).toList();
  }
}
