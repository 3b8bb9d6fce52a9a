package cadj.cad.attribution;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sub.sub;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// How well a picture of the concept is denoised: the negative loss
///
/// ```
/// J = −mean (Φ(x_t, c, t) − target)²
/// ```
///
/// The target is the noise in x_t, or what else the denoiser should predict.
///
/// J is the negative loss, so that a negative score means here what it means for erasing: the
/// weight holds the concept back. (The published code differentiates the loss itself; its gradients
/// are these negated.)
public record AmplifyObjective() implements Objective {
  @Override
  public Tensor residual(Denoiser denoiser, Point point) {
    return sub(
        denoiser.forward(point.latents(), point.timestep(), point.concept()), point.target());
  }

  @Override
  public double factor(Shape residual) {
    return -1.0 / residual.elements();
  }

  @Override
  public Tensor value(Tensor residual) {
    return scale(mean(mul(residual, residual)), -1);
  }
}
