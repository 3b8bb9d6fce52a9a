package cadj.models.vae;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.exp;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;

/// The distribution of latents that an image encodes to: independent normals.
///
/// @param mean [N,latent,h,w], also the mode
/// @param logvar of the same shape, clamped to [−30, 20]
public record DiagonalGaussian(Tensor mean, Tensor logvar) implements Scope.Holder {
  /// exp(logvar / 2)
  public Tensor std() {
    return exp(scale(logvar, 0.5f));
  }

  /// mean + std·noise
  public Tensor sample(Tensor noise) {
    return add(mean, mul(std(), noise));
  }

  @Override
  public Iterable<Storage> storages() {
    return List.of(mean.storage(), logvar.storage());
  }
}
