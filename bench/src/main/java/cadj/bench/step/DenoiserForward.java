package cadj.bench.step;

import cadj.autograd.graph.Tape;
import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import cadj.models.denoiser.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// The denoiser once, without a tape. A batch of 2 is one guided step.
public record DenoiserForward(SizedModel model, Tensor latents, Conditioning text)
    implements Workload {
  static DenoiserForward of(SizedModel model, int batch, int side) {
    return new DenoiserForward(model, model.latents(batch, side), model.conditioning(2, batch));
  }

  public int batch() {
    return latents.dim(0);
  }

  public int side() {
    return latents.dim(2);
  }

  private Tensor compute() {
    return Tape.noGrad(() -> model.denoiser().forward(latents, 501, text));
  }

  @Override
  public void run() {
    Scope.run("denoiser forward", this::compute);
  }

  @Override
  public List<F32> results() {
    return List.of(F32.of(compute().toFloats()));
  }

  @Override
  public double flop() {
    return batch() * model.flop(side());
  }
}
