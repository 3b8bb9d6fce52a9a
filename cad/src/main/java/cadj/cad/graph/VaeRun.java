package cadj.cad.graph;

import static cadj.autograd.ops.MseLoss.sumSquaredDifference;

import cadj.autograd.graph.Tape;
import cadj.models.vae.AutoencoderKL;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The VAE, there and back: J = ‖decode(mean(encode(p))) − p‖², with p what it makes of random
/// latents.
///
/// @param picture p [1,3,H,W]
record VaeRun(AutoencoderKL vae, Tensor picture) implements PartRun {
  /// @param latents standard normal [1,C,h,w]
  static VaeRun of(AutoencoderKL vae, Tensor latents) {
    return new VaeRun(vae, Tape.noGrad(() -> vae.decode(vae.unscaled(latents))));
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return vae.parameters();
  }

  @Override
  public SequencedMap<String, Tensor> inputs() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("picture", picture);
    return out;
  }

  @Override
  public Tensor objective() {
    return sumSquaredDifference(picture, vae.decode(vae.encode(picture).mean()));
  }

  @Override
  public String words() {
    return "squared distance between a picture and what encoding and decoding make of it";
  }
}
