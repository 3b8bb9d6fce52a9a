package cadj.cad.attribution;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.tensor.Tensor;

/// A denoiser that counts how often it predicts.
final class CountingDenoiser extends ForwardingDenoiser {
  private int calls;

  CountingDenoiser(Denoiser denoiser) {
    super(denoiser);
  }

  int calls() {
    return calls;
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    calls++;
    return super.forward(latents, timesteps, conditioning);
  }
}
