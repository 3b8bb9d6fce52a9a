package cadj.bench.step;

import cadj.autograd.graph.Tape;
import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import cadj.models.vae.AutoencoderKL;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// Latents to a picture.
public record VaeDecode(AutoencoderKL vae, Tensor latents) implements Workload {
  static VaeDecode of(StableDiffusion model, int side) {
    return new VaeDecode(model.vae(), StableDiffusion.noise(1, 1, 4, side, side));
  }

  private Tensor compute() {
    return Tape.noGrad(() -> vae.decode(latents));
  }

  @Override
  public void run() {
    Scope.run("vae decode", this::compute);
  }

  @Override
  public List<F32> results() {
    return List.of(F32.of(compute().toFloats()));
  }
}
