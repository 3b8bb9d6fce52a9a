package cadj.cad.attribution;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

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

  /// κ of J = κ·Σ r², for a residual of that shape.
  double factor(Shape residual);

  /// A direction v that is pulled back through the residual.
  ///
  /// @param direction v, of the residual's shape
  /// @param receiver is handed ∂(Σ v·r)/∂w by the names of parameters; freed after the call
  record Probe(Function<Shape, Tensor> direction, BiConsumer<String, Tensor> receiver) {}

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
    return differentiate(denoiser, point, watched, List.of(), gradients);
  }

  /// The same, and `probes` before it, one after another: a backward pass each, over one forward
  /// pass.
  default double differentiate(
      Denoiser denoiser,
      Point point,
      SequencedMap<String, Tensor> watched,
      List<Probe> probes,
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
                  Tensor residual = residual(denoiser, point);
                  for (Probe probe : probes) {
                    Tensor v = probe.direction.apply(residual.shape());
                    tape.backwardAndKeep(
                        sum(mul(v, residual)),
                        (w, pulled) ->
                            probe.receiver.accept(Objects.requireNonNull(names.get(w)), pulled));
                  }
                  Tensor value = value(residual);
                  tape.backward(
                      value,
                      (w, gradient) ->
                          gradients.accept(Objects.requireNonNull(names.get(w)), gradient));
                  j[0] = value.item();
                  return null;
                }));
    return j[0];
  }

  /// J at `point`, without derivatives.
  default double at(Denoiser denoiser, Point point) {
    double[] j = new double[1];
    Scope.run(
        "objective at " + point.timestep(),
        () -> j[0] = Tape.noGrad(() -> value(residual(denoiser, point)).item()));
    return j[0];
  }
}
