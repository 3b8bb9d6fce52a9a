package cadj.cad.trace;

import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What some modules compute in the clean run at one call of the denoiser, for the concept's
/// prompt.
///
/// Only one call's are kept at a time: the runs that they are put into keep step with the clean
/// run.
record CleanOutputs(Map<String, Tensor> values) {
  /// Of no modules.
  static final CleanOutputs NONE = new CleanOutputs(Map.of());

  /// Takes them down while `pass` runs; they belong to the current scope.
  ///
  /// @param shapes of the outputs of B samples, by module
  /// @param from the first of the pass's last B samples, which are taken
  static CleanOutputs of(Map<String, Shape> shapes, int from, Supplier<Tensor> pass) {
    if (shapes.isEmpty()) {
      return NONE;
    }
    Map<String, Tensor> values = new LinkedHashMap<>();
    shapes.forEach((key, shape) -> values.put(key, Tensor.empty(DType.F32, shape)));
    List<Intervention> observers = new ArrayList<>();
    values.forEach(
        (key, kept) ->
            observers.add(
                Activations.observe(
                    key, (_, value) -> kept.copyFrom(value.slice(0, from, value.dim(0))))));
    Activations.with(observers, pass);
    return new CleanOutputs(values);
  }

  Tensor of(String key) {
    return requireNonNull(values.get(key), key);
  }
}
