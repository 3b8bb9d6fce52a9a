package cadj.models.denoiser;

import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A denoiser that hands everything on to another, for those that change or watch a part of it.
public abstract class ForwardingDenoiser implements Denoiser {
  private final Denoiser denoiser;

  protected ForwardingDenoiser(Denoiser denoiser) {
    this.denoiser = denoiser;
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    return denoiser.forward(latents, timesteps, conditioning);
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return denoiser.parameters();
  }

  /// The other denoiser with these parameters, not forwarded to.
  @Override
  public Denoiser with(Map<String, Tensor> parameters) {
    return denoiser.with(parameters);
  }

  /// The other denoiser without these blocks, not forwarded to.
  @Override
  public Denoiser withoutBlocks(Collection<Integer> blocks) {
    return denoiser.withoutBlocks(blocks);
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

  @Override
  public int heads(String parameter) {
    return denoiser.heads(parameter);
  }

  @Override
  public List<String> crossAttentions() {
    return denoiser.crossAttentions();
  }

  @Override
  public List<String> textAttentions() {
    return denoiser.textAttentions();
  }
}
