package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// First order, but half way to where zeroing a share p of the weights leads on average: gradients
/// are taken with all scored weights shrunk.
///
/// ```
/// s = w·∂J/∂w at (1 − p/2)·w
/// ```
///
/// @param p share of the weights that a set is expected to hold
public record Shrunk(double p) implements Estimator {
  @Override
  public String kind() {
    return "shrunk";
  }

  @Override
  public SequencedMap<String, Object> settings() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("p", p);
    return out;
  }

  @Override
  public Estimator with(EstimatorOptions options) {
    return new Shrunk(options.share("p", p));
  }

  @Override
  public Estimator forShare(double share) {
    return new Shrunk(share);
  }

  @Override
  public int copies() {
    return 1;
  }

  @Override
  public List<String> sums() {
    return List.of(FirstOrder.GRAD);
  }

  @Override
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums) {
    double j = objective.at(denoiser, point);
    MovedWeights.of(denoiser, watched, (name, w) -> scale(w, (float) (1 - p / 2)))
        .addGradients(objective, point, watched, 1, sums);
    return j;
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return new FirstOrder().score(w, means);
  }
}
