package cadj.cad.attribution;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// What the concept adds over the base prompt:
///
/// ```
/// J = ‖sg Φ(x_t, c_b, t) − Φ(x_t, c, t)‖²
/// ```
///
/// summed over elements. sg is the stop-gradient: the prediction Φ(x_t, c_b, t) for the base prompt
/// is the point's target, a constant.
///
/// @param respectPredictionType compare predicted noises, whatever the model predicts (velocities
///   where it predicts those of flow matching: [cadj.models.scheduler.PredictionType#compared]);
///   else raw outputs
public record EraseObjective(boolean respectPredictionType) implements Objective {
  @Override
  public Tensor residual(Denoiser denoiser, Point point) {
    Tensor with = denoiser.forward(point.latents(), point.timestep(), point.concept());
    return sub(compared(denoiser, point.target(), point), compared(denoiser, with, point));
  }

  @Override
  public double factor(Shape residual) {
    return 1;
  }

  private Tensor compared(Denoiser denoiser, Tensor output, Point point) {
    return respectPredictionType
        ? denoiser.predictionType().compared(output, point.latents(), point.level())
        : output;
  }

  @Override
  public Tensor value(Tensor residual) {
    return sum(mul(residual, residual));
  }
}
