package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Integrated gradients, Sundararajan, Taly & Yan 2017 (arXiv:1703.01365), by weights: the mean of
/// the gradients on the way from w to (1 − p)·w, by the midpoint rule.
///
/// ```
/// s = w·1/m·Σ_k ∂J/∂w at (1 − p·(k − ½)/m)·w,  k = 1 … m
/// ```
///
/// With p = 1, the paper's baseline 0, all scores add up to what J loses if all scored weights are
/// zeroed.
///
/// @param p how far the way goes
/// @param steps m
public record IntegratedGradients(double p, int steps) implements Estimator {
  private static final int MOST_STEPS = 1000;

  @Override
  public String kind() {
    return "integrated-gradients";
  }

  @Override
  public SequencedMap<String, Object> settings() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("p", p);
    out.put("steps", steps);
    return out;
  }

  @Override
  public Estimator with(EstimatorOptions options) {
    return new IntegratedGradients(
        options.share("p", p), options.count("steps", steps, MOST_STEPS));
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
    for (int k = 1; k <= steps; k++) {
      float rest = (float) (1 - p * (k - 0.5) / steps);
      Scope.run(
          "on the way",
          () ->
              MovedWeights.of(denoiser, watched, (name, w) -> scale(w, rest))
                  .addGradients(objective, point, watched, 1f / steps, sums));
    }
    return j;
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return new FirstOrder().score(w, means);
  }
}
