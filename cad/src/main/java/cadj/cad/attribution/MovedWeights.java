package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static java.util.Objects.requireNonNull;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/// A denoiser whose scored weights are others than the model's; they belong to the scope in which
/// they are made.
///
/// @param watched the scored parameters, as `denoiser` has them
record MovedWeights(Denoiser denoiser, SequencedMap<String, Tensor> watched) {
  /// @param move gives a parameter's new values, of its shape
  static MovedWeights of(
      Denoiser denoiser,
      SequencedMap<String, Tensor> watched,
      BiFunction<String, Tensor, Tensor> move) {
    SequencedMap<String, Tensor> moved = new LinkedHashMap<>();
    watched.forEach((name, w) -> moved.put(name, move.apply(name, w)));
    Map<String, Tensor> all = new LinkedHashMap<>(denoiser.parameters());
    all.putAll(moved);
    return new MovedWeights(denoiser.with(all), moved);
  }

  /// Adds ∂J/∂w here times `share` to [FirstOrder#GRAD], as parts of the scores of the weights
  /// `unmoved`.
  void addGradients(
      Objective objective,
      Point point,
      SequencedMap<String, Tensor> unmoved,
      float share,
      Estimator.Sums sums) {
    objective.differentiate(
        denoiser,
        point,
        watched,
        (name, gradient) ->
            sums.add(
                FirstOrder.GRAD,
                name,
                share == 1 ? gradient : scale(gradient, share), // no copy for nothing
                requireNonNull(unmoved.get(name))));
  }
}
