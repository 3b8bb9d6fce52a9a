package cadj.cad.attribution;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import java.util.Map;
import java.util.SequencedMap;

/// A denoiser that counts how often it predicts.
final class CountingDenoiser implements Denoiser {
  private final Denoiser denoiser;
  private int calls;

  CountingDenoiser(Denoiser denoiser) {
    this.denoiser = denoiser;
  }

  int calls() {
    return calls;
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    calls++;
    return denoiser.forward(latents, timesteps, conditioning);
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return denoiser.parameters();
  }

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
