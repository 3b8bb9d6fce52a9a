package cadj.cad.attribution;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A denoiser that remembers the values of its last prediction, so that a trajectory need not
/// compute again what an objective on it has just computed.
final class RecentPrediction implements Denoiser {
  private final Denoiser denoiser;
  private @Nullable Tensor latents;
  private @Nullable Conditioning conditioning;
  private float[] values = new float[0];

  RecentPrediction(Denoiser denoiser) {
    this.denoiser = denoiser;
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    Tensor out = denoiser.forward(latents, timesteps, conditioning);
    this.latents = latents;
    this.conditioning = conditioning;
    values = out.toFloats();
    return out;
  }

  /// The prediction without a tape: remembered, if these very tensors were given last, else
  /// computed. Latents at one time step are not used at another.
  Tensor predict(Tensor latents, double timestep, Conditioning conditioning) {
    if (latents.equals(this.latents) && conditioning.equals(this.conditioning)) {
      return Tensor.of(values.clone(), latents.shape().toArray());
    }
    return Tape.noGrad(
        () ->
            Scope.keep(
                "predict at " + timestep, () -> denoiser.forward(latents, timestep, conditioning)));
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return denoiser.parameters();
  }

  /// Another denoiser, of which nothing is remembered here.
  @Override
  public Denoiser with(Map<String, Tensor> parameters) {
    return denoiser.with(parameters);
  }

  @Override
  public PredictionType predictionType() {
    return denoiser.predictionType();
  }

  @Override
  public LatentForm latentForm() {
    return denoiser.latentForm();
  }

  @Override
  public boolean isSite(Sites sites, String name, int rank) {
    return denoiser.isSite(sites, name, rank);
  }
}
