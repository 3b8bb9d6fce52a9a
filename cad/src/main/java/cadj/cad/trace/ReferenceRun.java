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
  /// Takes `samplerRun` to its end. What is kept belongs to no scope.
  static ReferenceRun of(SamplerRun samplerRun, Predictions with) {
    List<Tensor> inputs = new ArrayList<>();
    List<Tensor> predictions = new ArrayList<>();
    for (int i = 0; i < samplerRun.calls(); i++) {
      int call = i;
      Scope.outside(
          () -> {
            Tensor input = samplerRun.input(call);
            Tensor prediction = with.guided(input, samplerRun.timesteps()[call], call, List.of());
            inputs.add(input);
            predictions.add(prediction);
            samplerRun.step(call, prediction);
            return null;
          });
    }
    return new ReferenceRun(inputs, predictions, samplerRun.latents());
  }
}
