package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.device.DType;
import cadj.kernels.device.I64;
import cadj.kernels.nll.NllKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Negative log-likelihood.
///
/// ```
/// logp [N,C], targets [N] (I64, 0 to C−1) → y = mean over n of −logp[n, targets[n]], a scalar
///
/// dlogp[n, targets[n]] = −dy/N, 0 elsewhere
/// ```
///
/// Saves the targets.
public record NllLoss() implements Op {
  public static Tensor nllLoss(Tensor logp, Tensor targets) {
    return Op.apply(new NllLoss(), logp, targets);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape logp = in[0].requireRank(2, "nllLoss: logp");
    require(
        in[1].equals(Shape.of(logp.dim(0))),
        "nllLoss: targets must be [%d] for logp %s, got %s",
        logp.dim(0),
        logp,
        in[1]);
    return Shape.SCALAR;
  }

  @Override
  public boolean differentiable(int input) {
    return input == 0;
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor logp = in[0].contiguous();
    Tensor targets = in[1].contiguous();
    requireClasses(targets, logp.dim(1));
    Tensor loss = logp.empty();
    NllKernel.on(logp.device(), logp.denseBuffer())
        .forward(loss.denseBuffer(), logp.denseBuffer(), ids(targets), logp.dim(0), logp.dim(1));
    return saved.keep(loss, targets);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Shape shape = saved.shape(0);
    Tensor dlogp = Tensor.empty(dy.dtype(), shape);
    NllKernel.on(dlogp.device(), dlogp.denseBuffer())
        .backward(
            dlogp.denseBuffer(), dy.denseBuffer(), ids(saved.get(0)), shape.dim(0), shape.dim(1));
    return new Tensor[] {dlogp, null};
  }

  private static I64 ids(Tensor targets) {
    return (I64) targets.denseBuffer();
  }

  private static void requireClasses(Tensor targets, int classes) {
    require(targets.dtype() == DType.I64, "nllLoss: targets must be I64, got %s", targets.dtype());
    I64 ids = ids(targets);
    for (int n = 0; n < ids.length(); n++) {
      long id = ids.array()[ids.offset() + n];
      require(
          id >= 0 && id < classes,
          "nllLoss: targets[%d] must be 0 to %d, got %d",
          n,
          classes - 1,
          id);
    }
  }
}
