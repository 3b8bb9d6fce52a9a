package cadj.cad.attribution;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.models.pipeline.FiniteValues;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A denoiser that remembers the values of its last prediction, so that a trajectory need not
/// compute again what an objective on it has just computed.
final class RecentPrediction extends ForwardingDenoiser {
  private @Nullable Tensor latents;
  private @Nullable Conditioning conditioning;
  private float[] values = new float[0];
  private final FiniteValues finite;

  RecentPrediction(Denoiser denoiser) {
    super(denoiser);
    finite = FiniteValues.of("denoiser", denoiser.parameters());
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    Tensor out = super.forward(latents, timesteps, conditioning);
    this.latents = latents;
    this.conditioning = conditioning;
    values = out.toFloats();
    return out;
  }

  /// The prediction without a tape: remembered, if these very tensors were given last, else
  /// computed. Latents at one time step are not used at another.
  ///
  /// @throws cadj.models.pipeline.NonFiniteException naming the module that first computes none
  Tensor predict(Tensor latents, double timestep, Conditioning conditioning) {
    if (latents.equals(this.latents) && conditioning.equals(this.conditioning)) {
      return Tensor.of(values.clone(), latents.shape().toArray());
    }
    float[] timesteps = new float[latents.dim(0)];
    Arrays.fill(timesteps, (float) timestep);
    Supplier<Tensor> compute = () -> super.forward(latents, timesteps, conditioning);
    return Tape.noGrad(
        () ->
            Scope.keep(
                "predict at " + timestep,
                () -> {
                  Tensor out = compute.get();
                  finite.require(out, "the prediction", "at time step " + timestep, compute);
                  return out;
                }));
  }
}
