package cadj.models.clip;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Slice.slice;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Embedding;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Cat;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// transformers' `CLIPTextModel`, or with a projection `CLIPTextModelWithProjection`.
///
/// Token plus position embeddings, causal pre-norm layers, a final LayerNorm. Padding is not
/// masked: the pipelines pass no attention mask.
public final class ClipTextModel {
  /// The historically wrong `eos_token_id` of published files.
  private static final int LEGACY_EOS = 2;

  private final ClipTextConfig config;
  private final boolean withProjection;
  private final SequencedMap<String, Tensor> parameters;
  private final Embedding tokenEmbedding;
  private final Tensor positionEmbedding;
  private final List<ClipEncoderLayer> layers = new ArrayList<>();
  private final LayerNorm finalLayerNorm;
  private final @Nullable Linear textProjection;

  public ClipTextModel(Weights w, ClipTextConfig config, boolean withProjection) {
    this.config = config;
    this.withProjection = withProjection;
    int hidden = config.hiddenSize();
    Weights text = w.at("text_model");
    tokenEmbedding =
        new Embedding(text.at("embeddings.token_embedding"), config.vocabSize(), hidden);
    positionEmbedding =
        text.at("embeddings.position_embedding").get("weight", config.maxPositions(), hidden);
    for (int i = 0; i < config.layers().layers(); i++) {
      layers.add(new ClipEncoderLayer(text.at("encoder.layers").at(i), config.layers(), true));
    }
    finalLayerNorm =
        new LayerNorm(text.at("final_layer_norm"), hidden, config.layers().layerNormEps());
    textProjection =
        withProjection
            ? new Linear(w.at("text_projection"), hidden, config.projectionDim(), false)
            : null;
    parameters = w.parameters();
  }

  public ClipTextConfig config() {
    return config;
  }

  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  /// The same encoder with these parameters, which must have the names and shapes of [#parameters].
  public ClipTextModel with(Map<String, Tensor> other) {
    return new ClipTextModel(Weights.of(other), config, withProjection);
  }

  /// Whether `sites` names the parameter of that name and rank.
  public static boolean isParameterOf(Sites sites, String name, int rank) {
    return switch (sites) {
      case FF, ATTENTION, CONVOLUTION, NORM, ALL -> false;
      case TEXT_FF -> rank == 2 && name.contains(".mlp.");
      case TEXT_ATTENTION -> rank == 2 && name.contains(".self_attn.");
      case TEXT_NORM -> name.contains("layer_norm");
      case TEXT_EMBEDDINGS -> name.contains(".embeddings.");
      case TEXT_ALL -> true;
    };
  }

  /// ids I64 [N,T], T ≤ maxPositions
  public ClipTextOutput forward(Tensor ids) {
    ids.shape().requireRank(2, "clip text ids");
    require(
        ids.dim(1) <= config.maxPositions(),
        "clip text: expected at most %d ids a prompt, got %s",
        config.maxPositions(),
        ids.shape());
    return Scope.keep("clip text", () -> encode(ids));
  }

  private ClipTextOutput encode(Tensor ids) {
    List<Tensor> states = new ArrayList<>();
    states.add(Activations.announce("text_model.embeddings", embed(ids)));
    for (ClipEncoderLayer layer : layers) {
      states.add(layer.forward(states.getLast()));
    }
    Tensor last =
        finalLayerNorm.forward(Activations.announce("text_model.encoder", states.getLast()));
    Tensor pooled = pool(last, ids);
    return new ClipTextOutput(
        last, pooled, textProjection == null ? null : textProjection.forward(pooled), states);
  }

  private Tensor embed(Tensor ids) {
    Tensor positions = slice(positionEmbedding, 0, 0, ids.dim(1));
    return add(
        tokenEmbedding.forward(ids),
        Activations.announce("text_model.embeddings.position_embedding", positions));
  }

  /// Final LayerNorm of an earlier layer's state, as `clip_skip` asks for.
  public Tensor normed(Tensor hiddenState) {
    return finalLayerNorm.forward(hiddenState);
  }

  /// last [N,T,hidden] at each prompt's end token → [N,hidden]
  private Tensor pool(Tensor last, Tensor ids) {
    long[] all = ids.toLongs();
    int length = ids.dim(1);
    List<Tensor> rows = new ArrayList<>();
    for (int n = 0; n < ids.dim(0); n++) {
      int end = end(all, n * length, length);
      rows.add(reshape(slice(slice(last, 0, n, n + 1), 1, end, end + 1), 1, last.dim(2)));
    }
    return Cat.cat(0, rows.toArray(Tensor[]::new));
  }

  /// First position of the largest id (legacy files), else of the end token; 0 if there is none.
  private int end(long[] ids, int from, int length) {
    int best = 0;
    for (int i = 0; i < length; i++) {
      if (config.eosTokenId() != LEGACY_EOS && ids[from + i] == config.eosTokenId()) {
        return i;
      }
      if (config.eosTokenId() == LEGACY_EOS && ids[from + i] > ids[from + best]) {
        best = i;
      }
    }
    return best;
  }
}
