package cadj.cad.graph;

import static cadj.autograd.ops.MseLoss.sumSquaredDifference;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The denoiser at one time step:
///
/// ```
/// J = ‖Φ(x, c₀, t) − Φ(x, c, t)‖²
/// ```
///
/// with c the prompt's embedding, c₀ the empty prompt's; the first prediction is a constant.
///
/// @param target Φ(x, c₀, t)
record DenoiserRun(
    Denoiser denoiser, Tensor latents, double timestep, Conditioning prompt, Tensor target)
    implements PartRun {
  static DenoiserRun of(
      Denoiser denoiser, Tensor latents, double timestep, Conditioning prompt, Conditioning empty) {
    Tensor target = Tape.noGrad(() -> denoiser.forward(latents, timestep, empty));
    return new DenoiserRun(denoiser, latents, timestep, prompt, target);
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return denoiser.parameters();
  }

  @Override
  public SequencedMap<String, Tensor> inputs() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("latents", latents);
    out.put("text embedding", prompt.text());
    return out;
  }

  @Override
  public Tensor objective() {
    return sumSquaredDifference(target, denoiser.forward(latents, timestep, prompt));
  }

  @Override
  public String words() {
    return "squared distance between the predictions with the prompt and with the empty one";
  }
}
