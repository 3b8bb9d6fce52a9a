package cadj.models.denoiser;

import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The denoising network: predicts the noise in latents (or what [PredictionType] says) from the
/// latents, their time step and the conditioning inputs.
public interface Denoiser {
  /// All parameters by diffusers' names, in diffusers' order.
  SequencedMap<String, Tensor> parameters();

  /// The same network with these parameters, which must have the names and shapes of [#parameters].
  Denoiser with(Map<String, Tensor> parameters);

  /// The same network without some of its blocks, counted from 0: for skip-layer guidance.
  ///
  /// @throws IllegalArgumentException if this architecture has no such blocks, or not that many
  default Denoiser withoutBlocks(Collection<Integer> blocks) {
    throw new IllegalArgumentException(
        "skip layers: only the transformers of Stable Diffusion 3 have blocks that can be left"
            + " out");
  }

  /// What the output of [#forward] means.
  PredictionType predictionType();

  /// Shape of the latents that the model was trained on.
  LatentForm latentForm();

  /// Whether `sites` names the parameter of that name and rank.
  boolean isSite(Sites sites, String name, int rank);

  /// The parameters that any of `sites` names, in their order.
  default SequencedMap<String, Tensor> parameters(Collection<Sites> sites) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    parameters()
        .forEach(
            (name, tensor) -> {
              if (sites.stream().anyMatch(site -> isSite(site, name, tensor.rank()))) {
                out.put(name, tensor);
              }
            });
    return out;
  }

  /// Number of heads of the attention that the parameter of that name belongs to; 0 if it belongs
  /// to none.
  int heads(String parameter);

  /// Keys of the attentions that pixels pay to the text alone: their probabilities
  /// ([cadj.autograd.graph.Activations], `key:probabilities`) are [N,heads,pixels,S].
  ///
  /// Not those of a joint attention ([#textAttentions]).
  List<String> crossAttentions();

  /// Keys of all attentions that pixels pay to the text: cross-attentions, and joint ones, whose
  /// queries and keys are pixels and the text behind them. Of these the probabilities are
  /// [N,heads,pixels+S,pixels+S]: pixels are the rows before the last S, the text is the last S
  /// columns.
  default List<String> textAttentions() {
    return crossAttentions();
  }

  /// A time step for each sample: latents [N,C,h,w] → [N,C,h,w].
  ///
  /// @throws IllegalArgumentException if the sizes of latents, time steps, conditioning and this
  ///   model disagree
  Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning);

  /// One time step for the whole batch.
  default Tensor forward(Tensor latents, double timestep, Conditioning conditioning) {
    float[] timesteps = new float[latents.dim(0)];
    Arrays.fill(timesteps, (float) timestep);
    return forward(latents, timesteps, conditioning);
  }
}
