package cadj.cad.method.ssd;

import static cadj.autograd.ops.Mul.mul;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.Objective;
import cadj.cad.attribution.Point;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The diagonal of the empirical Fisher information: the mean over samples of the *squared*
/// derivative of each sample's loss, which stands for its negative log-likelihood.
///
/// ```
/// I = mean over pictures and noise levels of (∂L/∂w)²
/// ```
///
/// A point holds one picture, so squares are taken before anything is summed.
record DiagonalFisher() implements Estimator {
  static final String FISHER = "fisher";

  @Override
  public String kind() {
    return "diagonal-fisher";
  }

  @Override
  public List<String> sums() {
    return List.of(FISHER);
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
        (name, g) -> sums.add(FISHER, name, mul(g, g), requireNonNull(watched.get(name))));
  }

  @Override
  public Tensor score(Tensor w, Map<String, Tensor> means) {
    return requireNonNull(means.get(FISHER));
  }
}
