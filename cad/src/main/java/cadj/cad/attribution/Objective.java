package cadj.cad.attribution;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiConsumer;

/// What is attributed: J, a number for each [Point] and a function of the denoiser's weights, made
/// of the squares of a residual r.
///
/// The choice of a residual is what objectives differ in, and what one more of them is: a class
/// here and a kind in [ObjectiveKind].
public sealed interface Objective permits EraseObjective, AmplifyObjective {
  /// r [1,C,h,w] at `point`, under the current tape.
  Tensor residual(Denoiser denoiser, Point point);

  /// J, one element, of a residual.
  Tensor value(Tensor residual);

  /// J at `point`, and its derivatives.
  ///
  /// @param watched some of `denoiser`'s own parameters, by name
  /// @param gradients is handed ∂J/∂w of each of them that J depends on, by name, once; freed after
  ///   the call
  default double differentiate(
      Denoiser denoiser,
      Point point,
      SequencedMap<String, Tensor> watched,
      BiConsumer<String, Tensor> gradients) {
    Map<Tensor, String> names = new HashMap<>();
    watched.forEach((name, w) -> names.put(w, name));
    double[] j = new double[1];
    Scope.run(
        "objective at " + point.timestep(),
        () ->
            Tape.record(
                watched.values(),
                tape -> {
                  Tensor value = value(residual(denoiser, point));
                  tape.backward(
                      value,
                      (w, gradient) ->
                          gradients.accept(Objects.requireNonNull(names.get(w)), gradient));
                  j[0] = value.item();
                  return null;
                }));
    return j[0];
  }
}
