package cadj.models.blocks;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// x + conv2(silu(norm2(conv1(silu(norm1(x))) + time_emb_proj(temb)))), diffusers' `ResnetBlock2D`.
///
/// x [N,in,H,W], temb [N,temb] → [N,out,H,W]. Where in ≠ out, x goes through a 1×1 `conv_shortcut`.
/// temb is silu(time embedding), which diffusers computes here: it is the same for all blocks.
public final class ResnetBlock2D {
  private final String path;
  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final @Nullable Linear timeEmbProj;
  private final GroupNorm norm2;
  private final Conv2d conv2;
  private final @Nullable Conv2d convShortcut;

  /// @param temb width of the time embedding, or 0 for a block without one (the VAE's)
  public ResnetBlock2D(Weights w, int in, int out, int temb, int groups, float eps) {
    path = w.path();
    norm1 = new GroupNorm(w.at("norm1"), groups, in, eps);
    conv1 = new Conv2d(w.at("conv1"), in, out, 3, Window.same(1));
    timeEmbProj = temb > 0 ? new Linear(w.at("time_emb_proj"), temb, out) : null;
    norm2 = new GroupNorm(w.at("norm2"), groups, out, eps);
    conv2 = new Conv2d(w.at("conv2"), out, out, 3, Window.same(1));
    convShortcut = in == out ? null : new Conv2d(w.at("conv_shortcut"), in, out, 1, Window.same(0));
  }

  /// Without a time embedding.
  public Tensor forward(Tensor x) {
    return Activations.module(
        path,
        x,
        in ->
            Tape.block(
                path, all -> residual(all[0], () -> conv1.forward(norm1.forwardSilu(all[0]))), in));
  }

  public Tensor forward(Tensor x, Tensor temb) {
    return Activations.module(
        path, x, in -> Tape.block(path, all -> shifted(all[0], all[1]), in, temb));
  }

  private Tensor shifted(Tensor x, Tensor temb) {
    return residual(x, () -> conv1.forwardShifted(norm1.forwardSilu(x), timeEmbProj.forward(temb)));
  }

  /// Each value is freed once the next is there, unless a tape keeps it.
  private Tensor residual(Tensor x, Supplier<Tensor> hidden) {
    return Scope.keep(
        "conv2",
        () -> {
          Tensor h = Scope.keep("norm2", () -> norm2.forwardSilu(Scope.keep("conv1", hidden)));
          return conv2.forward(h, convShortcut == null ? x : convShortcut.forward(x));
        });
  }
}
