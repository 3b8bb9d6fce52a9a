package cadj.cad.method.salun;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MseLoss.mseLoss;

import cadj.autograd.graph.Tape;
import cadj.cad.attribution.Point;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextEncoder;
import cadj.tensor.Tensor;
import java.util.List;

/// What SalUn minimises (equation 6 of the paper): that asked for the concept c the model predicts,
/// on noised pictures of it, what it predicts itself for another prompt c′; and that it still
/// denoises pictures of what stays.
///
/// ```
/// L = mean (Φ_w(x_t, c, t) − sg Φ_w(x_t, c′, t))² + α·mean (Φ_w(x_r, c_r, t_r) − target)²
/// ```
///
/// sg is the stop-gradient; each mean is over a batch.
///
/// @param instead c′ for each prompt of the concept
/// @param alpha α
record SalUnObjective(TextEncoder text, List<Conditioning> instead, double alpha) {
  /// @param forget noised pictures of the concept; trajectories are numbers of its prompts
  /// @param keep those of what stays
  Tensor loss(Denoiser denoiser, List<Point> forget, List<Point> keep) {
    NoisedBatch concept = NoisedBatch.of(forget);
    Conditioning asked = conditioning(forget);
    Conditioning other =
        NoisedBatch.together(
            text, forget.stream().map(point -> instead.get(point.trajectory())).toList());
    Tensor target = Tape.noGrad(() -> concept.predict(denoiser, other));
    Tensor unlearn = mseLoss(concept.predict(denoiser, asked), target);
    NoisedBatch rest = NoisedBatch.of(keep);
    Tensor remember = mseLoss(rest.predict(denoiser, conditioning(keep)), rest.target());
    return add(unlearn, scale(remember, (float) alpha));
  }

  private Conditioning conditioning(List<Point> points) {
    return NoisedBatch.together(text, points.stream().map(Point::concept).toList());
  }
}
