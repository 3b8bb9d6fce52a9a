package cadj.cad.trace;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/// A run of B samples that is not intervened on.
///
/// @param inputs of the denoiser at each call
/// @param predictions guided, at each call
/// @param latents at the end
record ReferenceRun(List<Tensor> inputs, List<Tensor> predictions, Tensor latents) {
  /// Takes `walk` to its end. What is kept belongs to no scope.
  static ReferenceRun of(Walk walk, Predictions with) {
    List<Tensor> inputs = new ArrayList<>();
    List<Tensor> predictions = new ArrayList<>();
    for (int i = 0; i < walk.calls(); i++) {
      int call = i;
      Scope.outside(
          () -> {
            Tensor input = walk.input(call);
            Tensor prediction = with.guided(input, walk.timesteps()[call], call, List.of());
            inputs.add(input);
            predictions.add(prediction);
            walk.step(call, prediction);
            return null;
          });
    }
    return new ReferenceRun(inputs, predictions, walk.latents());
  }
}
