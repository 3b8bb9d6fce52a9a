package cadj.cad.attribution;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.CapturedDenoiser;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.models.pipeline.FiniteValues;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A denoiser that remembers its last prediction, so that a trajectory need not compute again what
/// an objective on it has just computed. The passes of the trajectory itself, without a tape, are
/// recorded where the device can ([CapturedDenoiser]).
final class RecentPrediction extends ForwardingDenoiser {
  private final CapturedDenoiser captured;
  private final FiniteValues finite;
  private @Nullable Tensor latents;
  private @Nullable Conditioning conditioning;

  /// A copy that no scope owns.
  private @Nullable Tensor prediction;

  RecentPrediction(Denoiser denoiser) {
    super(denoiser);
    captured = new CapturedDenoiser(denoiser);
    finite = FiniteValues.of("denoiser", denoiser.parameters());
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    Tensor out = super.forward(latents, timesteps, conditioning);
    this.latents = latents;
    this.conditioning = conditioning;
    prediction = Scope.outside(out::copy);
    return out;
  }

  /// The prediction without a tape: remembered, if these very tensors were given last, else
  /// computed. Latents at one time step are not used at another.
  ///
  /// @throws cadj.models.pipeline.NonFiniteException naming the module that first computes none
  Tensor predict(Tensor latents, double timestep, Conditioning conditioning) {
    if (prediction != null
        && latents.equals(this.latents)
        && conditioning.equals(this.conditioning)) {
      return prediction;
    }
    Supplier<Tensor> compute = () -> captured.forward(latents, timestep, conditioning);
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

  /// The prediction without a tape that an objective is to compare with, computed anew. It is not
  /// looked over, which would wait for it: the objective is.
  Tensor target(Tensor latents, double timestep, Conditioning conditioning) {
    return Tape.noGrad(() -> captured.forward(latents, timestep, conditioning));
  }

  /// Gives back what recorded passes take, before a tape needs it.
  void endPasses() {
    captured.close();
  }
}
