package cadj.cad.method.salun;

import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.AmplifyObjective;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Points;
import cadj.cad.edit.Ablation;
import cadj.cad.method.EditMethod.Progress;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The weights with the largest gradients of the denoising loss on pictures of the concept, summed
/// over these before the magnitude is taken (equation 3 of the paper):
///
/// ```
/// |∂L_forget/∂w| ≥ γ
/// ```
///
/// over all parameters together. γ is the quantile that leaves `share` of the weights: the median,
/// for a half.
record SaliencyMask(double share) {
  /// Flat indices by parameter.
  SequencedMap<String, int[]> of(Points forget, List<Sites> sites, Progress progress) {
    SequencedMap<String, Tensor> gradients =
        requireNonNull(
            new Attribution(
                    forget,
                    new AmplifyObjective(),
                    new FirstOrder(),
                    forget.denoiser().parameters(sites),
                    Map.of(),
                    null,
                    Attribution.SAVING_SHARE)
                .run(true, (done, total) -> progress.at("saliency", done, total))
                .sums()
                .get("grad"));
    return of(gradients);
  }

  /// The same of gradients.
  SequencedMap<String, int[]> of(SequencedMap<String, Tensor> gradients) {
    SequencedMap<String, Tensor> magnitudes = new LinkedHashMap<>();
    gradients.forEach((name, gradient) -> magnitudes.put(name, magnitude(gradient)));
    return new Ablation(Ablation.Which.POSITIVE, Ablation.Per.MODEL, new Ablation.Ratio(share))
        .select(magnitudes);
  }

  private static Tensor magnitude(Tensor gradient) {
    float[] values = gradient.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return Tensor.of(values, gradient.shape().toArray());
  }
}
