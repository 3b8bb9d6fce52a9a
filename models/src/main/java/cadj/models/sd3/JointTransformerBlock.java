package cadj.models.sd3;

import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Slice.slice;
import static cadj.models.sd3.Modulation.addGated;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Joint attention of image and text, then a feed-forward layer for each of them; all of it
/// modulated by temb. Diffusers' `JointTransformerBlock`.
///
/// image [N,T,C], context [N,S,C], temb [N,C] → image, context. In the last block the text is there
/// for its keys and values only, and has no result.
final class JointTransformerBlock {
  private final String path;
  private final AdaLayerNormZero norm1;
  private final ContextNorm norm1Context;
  private final JointAttention attn;
  private final @Nullable SelfAttention attn2;
  private final FeedForwardBranch ff;
  private final @Nullable FeedForwardBranch ffContext;

  /// One of two norms of the text.
  @FunctionalInterface
  private interface ContextNorm {
    ContextInput forward(Tensor c, Tensor temb);
  }

  /// @param x the attention's input
  /// @param all what else comes of it; null in the last block
  private record ContextInput(Tensor x, AdaLayerNormZero.@Nullable Output all) {}

  /// A stream after the attention, and what modulates its feed-forward layer.
  private record Attended(Tensor x, AdaLayerNormZero.Mlp mlp) {}

  private record Both(Attended image, @Nullable Attended context) implements Scope.Holder {
    @Override
    public Iterable<Storage> storages() {
      List<Storage> all = new ArrayList<>();
      for (Attended each : context == null ? List.of(image) : List.of(image, context)) {
        AdaLayerNormZero.Mlp mlp = each.mlp;
        for (Tensor tensor : List.of(each.x, mlp.shift(), mlp.scale(), mlp.gate())) {
          all.add(tensor.storage());
        }
      }
      return all;
    }
  }

  JointTransformerBlock(Weights w, SD3TransformerConfig config, int block) {
    path = w.path();
    int dim = config.innerDim();
    boolean dual = config.dualAttentionLayers().contains(block);
    boolean last = block == config.numLayers() - 1;
    norm1 = new AdaLayerNormZero(w.at("norm1"), dim, dual);
    norm1Context = contextNorm(w.at("norm1_context"), dim, last);
    attn = new JointAttention(w.at("attn"), config, last);
    attn2 = dual ? new SelfAttention(w.at("attn2"), config) : null;
    ff = new FeedForwardBranch(w.at("norm2"), w.at("ff"), dim);
    ffContext = last ? null : new FeedForwardBranch(w.at("norm2_context"), w.at("ff_context"), dim);
  }

  private static ContextNorm contextNorm(Weights w, int dim, boolean last) {
    if (last) {
      AdaLayerNormContinuous norm = new AdaLayerNormContinuous(w, dim);
      return (c, temb) -> new ContextInput(norm.forward(c, temb), null);
    }
    AdaLayerNormZero norm = new AdaLayerNormZero(w, dim, false);
    return (c, temb) -> {
      AdaLayerNormZero.Output out = norm.forward(c, temb);
      return new ContextInput(out.joint().x(), out);
    };
  }

  /// Announces the image as the module's input and output, the text's result as
  /// `encoder_hidden_states`.
  Streams forward(Streams in, Tensor temb) {
    Tensor context = requireNonNull(in.context());
    return Activations.several(path, in.image(), image -> streams(image, context, temb));
  }

  /// A block of a tape has one result: both streams, one behind the other.
  private Streams streams(Tensor image, Tensor context, Tensor temb) {
    Tensor both = Tape.block(path, all -> layer(all[0], all[1], all[2]), image, context, temb);
    if (ffContext == null) {
      return new Streams(Activations.announce(path, both), null);
    }
    int tokens = image.dim(1);
    return new Streams(
        Activations.announce(path, slice(both, 1, 0, tokens)),
        Activations.announce(path + Streams.CONTEXT, slice(both, 1, tokens, both.dim(1))));
  }

  private Tensor layer(Tensor x, Tensor c, Tensor temb) {
    Both attended = Scope.keep("attention", () -> attend(x, c, temb));
    Tensor image = ff.forward(attended.image.x, attended.image.mlp);
    Attended context = attended.context;
    return ffContext == null || context == null
        ? image
        : cat(1, image, ffContext.forward(context.x, context.mlp));
  }

  private Both attend(Tensor x, Tensor c, Tensor temb) {
    AdaLayerNormZero.Output in = norm1.forward(x, temb);
    ContextInput contextIn = norm1Context.forward(c, temb);
    Streams out = attn.forward(in.joint().x(), contextIn.x);
    Tensor image = addGated(x, in.joint().gate(), out.image());
    AdaLayerNormZero.Attention second = in.second();
    if (attn2 != null && second != null) {
      image = addGated(image, second.gate(), attn2.forward(second.x()));
    }
    AdaLayerNormZero.Output all = contextIn.all;
    Tensor context = out.context();
    return new Both(
        new Attended(image, in.mlp()),
        all == null || context == null
            ? null
            : new Attended(addGated(c, all.joint().gate(), context), all.mlp()));
  }
}
