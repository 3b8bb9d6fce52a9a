package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MseLoss.mseLoss;

import cadj.autograd.graph.Tape;
import cadj.models.scheduler.NoiseSchedule;
import cadj.models.scheduler.PredictionType;
import cadj.models.unet.Conditioning;
import cadj.models.unet.UNet2DConditionModel;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Collection;
import java.util.List;

/// How well a picture of the concept is denoised: J = −mean (Φ(x_t, c, t) − ε)², x_t = √ᾱ_t·x₀ +
/// √(1−ᾱ_t)·ε.
///
/// J is the negative loss, so that a negative score means here what it means for erasing: the
/// weight holds the concept back. (The published code differentiates the loss itself; its gradients
/// are these negated.)
///
/// @param respectPredictionType a v-prediction model is compared with the velocity; else with the
///   noise
public record AmplifyObjective(
    UNet2DConditionModel unet, NoiseSchedule schedule, boolean respectPredictionType) {

  /// J for clean latents x₀ [1,C,h,w]; `gradients` is handed its derivatives by `watched`. Outputs:
  /// the prediction, then x_t.
  public Scored at(
      Tensor x0,
      Tensor noise,
      int t,
      Conditioning concept,
      Collection<Tensor> watched,
      Tape.Receiver gradients) {
    return Scope.keep(
        "amplify objective at " + t,
        () -> {
          Tensor latents = schedule.addNoise(x0, noise, t);
          boolean velocity =
              respectPredictionType && schedule.predictionType() == PredictionType.V_PREDICTION;
          Tensor target = velocity ? schedule.velocity(x0, noise, t) : noise;
          return Tape.record(
              watched,
              tape -> {
                Tensor predicted = unet.forward(latents, t, concept);
                Tensor j = scale(mseLoss(predicted, target), -1);
                tape.backward(j, gradients);
                return new Scored(j.item(), List.of(predicted, latents));
              });
        });
  }
}
