package cadj.models.sd3;

import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Slice.slice;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import org.jspecify.annotations.Nullable;

/// Attention of all tokens, the image's and the text's, to all, Esser et al. 2024
/// (arXiv:2403.03206); each stream has projections of its own: image [N,T,C], context [N,S,C] → the
/// same, before the residual is added.
///
/// Queries, keys and values are those of the image, then those of the text: the probabilities are
/// [N,heads,T+S,T+S]. The last block has no output projection for the text, whose result is not
/// used.
final class JointAttention {
  private final String path;
  private final HeadNorm normQ;
  private final HeadNorm normK;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear addKProj;
  private final Linear addVProj;
  private final Linear addQProj;
  private final ScaledDotProductAttention attention;
  private final Linear toOut;
  private final @Nullable Linear toAddOut;
  private final HeadNorm normAddedQ;
  private final HeadNorm normAddedK;

  /// @param contextPreOnly whether it is the last block's
  JointAttention(Weights w, SD3TransformerConfig config, boolean contextPreOnly) {
    path = w.path();
    int dim = config.innerDim();
    normQ = new HeadNorm(w.at("norm_q"), config);
    normK = new HeadNorm(w.at("norm_k"), config);
    toQ = new Linear(w.at("to_q"), dim, dim);
    toK = new Linear(w.at("to_k"), dim, dim);
    toV = new Linear(w.at("to_v"), dim, dim);
    addKProj = new Linear(w.at("add_k_proj"), dim, dim);
    addVProj = new Linear(w.at("add_v_proj"), dim, dim);
    addQProj = new Linear(w.at("add_q_proj"), dim, dim);
    attention = new ScaledDotProductAttention(path, config.numAttentionHeads(), false);
    toOut = new Linear(w.at("to_out.0"), dim, dim);
    toAddOut = contextPreOnly ? null : new Linear(w.at("to_add_out"), dim, dim);
    normAddedQ = new HeadNorm(w.at("norm_added_q"), config);
    normAddedK = new HeadNorm(w.at("norm_added_k"), config);
  }

  /// Announces the image's result as the module's output, the text's as `encoder_hidden_states`.
  Streams forward(Tensor image, Tensor context) {
    return Activations.several(
        path, image, x -> announced(Scope.keep(path, () -> attend(x, context))));
  }

  private Streams announced(Streams out) {
    Tensor context = out.context();
    return new Streams(
        Activations.announce(path, out.image()),
        context == null ? null : Activations.announce(path + Streams.CONTEXT, context));
  }

  private Streams attend(Tensor x, Tensor c) {
    Tensor both = Scope.keep("attention", () -> joint(x, c));
    int tokens = x.dim(1);
    Tensor context = slice(both, 1, tokens, both.dim(1));
    return new Streams(
        toOut.forward(slice(both, 1, 0, tokens)),
        toAddOut == null ? context : toAddOut.forward(context));
  }

  private Tensor joint(Tensor x, Tensor c) {
    Tensor q =
        Scope.keep(
            "query",
            () -> cat(1, normQ.forward(toQ.forward(x)), normAddedQ.forward(addQProj.forward(c))));
    Tensor k =
        Scope.keep(
            "key",
            () -> cat(1, normK.forward(toK.forward(x)), normAddedK.forward(addKProj.forward(c))));
    Tensor v = Scope.keep("value", () -> cat(1, toV.forward(x), addVProj.forward(c)));
    return attention.forward(q, k, v);
  }
}
