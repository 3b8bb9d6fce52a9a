package cadj.cad.attribution;

import static cadj.autograd.ops.Mul.mul;
import static java.util.Objects.requireNonNull;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The paper's estimate: J as a linear function of the weights. Zeroing w takes from J, to first
/// order,
///
/// ```
/// s = w·∂J/∂w
/// ```
///
/// Since weights stay as they are, Σ w·∂J/∂w = w·Σ ∂J/∂w: what is summed are gradients.
public record FirstOrder() implements Estimator {
  /// The sum of gradients, of every estimator that has one.
  static final String GRAD = "grad";

  @Override
  public String kind() {
    return "first-order";
  }

  @Override
  public List<String> sums() {
    return List.of(GRAD);
  }

  @Override
  public double evaluate(
      Objective objective,
      Point point,
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      Sums sums) {
    return objective.differentiate(
        denoiser,
        point,
        watched,
        (name, gradient) -> sums.add(GRAD, name, gradient, requireNonNull(watched.get(name))));
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return mul(w, requireNonNull(means.get(GRAD)));
  }
}
