package cadj.models.blocks;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Reshape.reshape;

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

/// x + conv2(silu(norm2(conv1(silu(norm1(x))) + time_emb_proj(silu(temb))))), diffusers'
/// `ResnetBlock2D`.
///
/// x [N,in,H,W], temb [N,temb] → [N,out,H,W]. Where in ≠ out, x goes through a 1×1 `conv_shortcut`.
/// The time embedding, already activated in its own MLP's middle, passes through SiLU again here.
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
        path, x, in -> Tape.block(path, all -> residual(all[0], () -> conv1(all[0])), in));
  }

  public Tensor forward(Tensor x, Tensor temb) {
    return Activations.module(
        path, x, in -> Tape.block(path, all -> shifted(all[0], all[1]), in, temb));
  }

  private Tensor shifted(Tensor x, Tensor temb) {
    Tensor t = timeEmbProj.forward(silu(temb));
    Tensor shift = reshape(t, t.dim(0), t.dim(1), 1, 1);
    return residual(x, () -> add(conv1(x), shift));
  }

  private Tensor conv1(Tensor x) {
    return Scope.keep("conv1", () -> conv1.forward(norm1.forwardSilu(x)));
  }

  /// Each value is freed once the next is there, unless a tape keeps it.
  private Tensor residual(Tensor x, Supplier<Tensor> hidden) {
    Tensor h =
        Scope.keep(
            "conv2",
            () ->
                conv2.forward(
                    Scope.keep("norm2", () -> norm2.forwardSilu(Scope.keep("hidden", hidden)))));
    return add(convShortcut == null ? x : convShortcut.forward(x), h);
  }
}
