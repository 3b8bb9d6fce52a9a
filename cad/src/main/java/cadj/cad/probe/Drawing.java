package cadj.cad.probe;

import cadj.autograd.ops.Cat;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.Start;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// Draws pictures with the edited model from starts of any kind, as many at a time as there is
/// memory for, all with one conditioning.
record Drawing(ProbeTask task, Shape latents) {
  /// The start of pictures `from` (inclusive) to `to` (exclusive).
  @FunctionalInterface
  interface Starts {
    Start of(int from, int to);
  }

  /// The prompt's conditioning.
  Conditioning conditioning(String prompt) {
    return task.edited().text().encode(List.of(prompt), height(), width());
  }

  private int height() {
    return latents.dim(2) * task.edited().vae().config().downsampleFactor();
  }

  private int width() {
    return latents.dim(3) * task.edited().vae().config().downsampleFactor();
  }

  /// Pictures [N,3,H,W] in [−1, 1], not clamped.
  ///
  /// @param prompt one sample
  Tensor draw(Conditioning prompt, Starts starts) {
    int n = latents.dim(0);
    int perPass = TextToImage.picturesPerPass(latents);
    TorchGenerator generator = ProbeTask.Stream.STEP_NOISE.generator(task.seed());
    Scheduler.Noise stepNoise = x -> TextToImage.noise(x.shape(), generator);
    return Scope.keep(
        "draw",
        () -> {
          List<Tensor> pictures = new ArrayList<>();
          for (int from = 0; from < n; from += perPass) {
            int first = from;
            int to = Math.min(n, from + perPass);
            pictures.add(
                Scope.keep(
                    "draw together",
                    () -> together(prompt, starts.of(first, to), to - first, stepNoise)));
          }
          return Cat.cat(0, pictures.toArray(Tensor[]::new));
        });
  }

  private Tensor together(Conditioning prompt, Start start, int count, Scheduler.Noise stepNoise) {
    TextToImage model = task.edited();
    Conditioning all = prompt.repeated(count);
    Conditioning negative = model.text().encodeNegative(null, all, height(), width());
    return model.decode(
        model.denoise(start, all, negative, task.sampling(), stepNoise, TextToImage.Progress.NONE));
  }
}
