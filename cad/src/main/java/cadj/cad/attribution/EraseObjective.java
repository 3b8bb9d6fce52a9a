package cadj.cad.attribution;

import static cadj.autograd.ops.MseLoss.sumSquaredDifference;

import cadj.autograd.graph.Tape;
import cadj.models.scheduler.NoiseSchedule;
import cadj.models.unet.Conditioning;
import cadj.models.unet.UNet2DConditionModel;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Collection;
import java.util.List;

/// What the concept adds over the base prompt: J = ‖sg Φ(x_t, c_b, t) − Φ(x_t, c, t)‖², summed over
/// elements.
///
/// sg is the stop-gradient: the base branch runs without a tape, and only the concept's is
/// recorded.
///
/// @param respectPredictionType compare predicted noises, whatever the model predicts; else raw
///   outputs
public record EraseObjective(
    UNet2DConditionModel unet, NoiseSchedule schedule, boolean respectPredictionType) {

  /// J at latents x_t [1,C,h,w]; `gradients` is handed its derivatives by `watched`. Outputs: the
  /// concept's, then the base's.
  public Scored at(
      Tensor latents,
      int t,
      Conditioning concept,
      Conditioning base,
      Collection<Tensor> watched,
      Tape.Receiver gradients) {
    return Scope.keep(
        "erase objective at " + t,
        () -> {
          Tensor without = Tape.noGrad(() -> unet.forward(latents, t, base));
          Tensor target = noise(without, latents, t);
          return Tape.record(
              watched,
              tape -> {
                Tensor with = unet.forward(latents, t, concept);
                Tensor j = sumSquaredDifference(target, noise(with, latents, t));
                tape.backward(j, gradients);
                return new Scored(j.item(), List.of(with, without));
              });
        });
  }

  private Tensor noise(Tensor output, Tensor latents, int t) {
    return respectPredictionType ? schedule.epsilon(output, latents, t) : output;
  }
}
