package cadj.models.t5;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Embedding;
import cadj.autograd.nn.RmsNorm;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Layers;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/// transformers' `T5EncoderModel` of version 1.1.
///
/// Token embeddings, pre-norm layers that see both ways, a final RMSNorm. Positions come in by a
/// bias of the attention, which all layers take from the first one's table.
public final class T5EncoderModel {
  private static final String BIAS = "relative_attention_bias";

  /// The module that gives the embeddings of tokens.
  public static final String TOKENS = "shared";

  private final T5Config config;
  private final SequencedMap<String, Tensor> parameters;
  private final Embedding shared;
  private final RelativePositionBias positionBias;
  private final List<T5Block> blocks = new ArrayList<>();
  private final RmsNorm finalLayerNorm;

  /// @param w by transformers' keys; the table of tokens is `shared.weight`
  public T5EncoderModel(Weights w, T5Config config) {
    this.config = config;
    shared = new Embedding(w.at(TOKENS), config.vocabSize(), config.dModel());
    Weights encoder = w.at("encoder");
    positionBias = new RelativePositionBias(encoder.at("block.0.layer.0.SelfAttention"), config);
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(new T5Block(encoder.at("block").at(i), config));
    }
    finalLayerNorm =
        new RmsNorm(encoder.at("final_layer_norm"), config.dModel(), config.layerNormEpsilon());
    parameters = w.parameters();
  }

  /// The shape that it was built with.
  public T5Config config() {
    return config;
  }

  /// All parameters by transformers' names, in transformers' order.
  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  /// The same encoder with these parameters, which must have the names and shapes of [#parameters].
  public T5EncoderModel with(Map<String, Tensor> other) {
    return new T5EncoderModel(Weights.of(other), config);
  }

  /// Whether `sites` names the parameter of that name and rank.
  public static boolean isParameterOf(Sites sites, String name, int rank) {
    boolean isTable = name.contains(BIAS) || name.contains(TOKENS + ".");
    return switch (sites) {
      case FF, ATTENTION, CONVOLUTION, NORM, ALL -> false;
      case TEXT_FF -> rank == 2 && name.contains(".DenseReluDense.");
      case TEXT_ATTENTION -> rank == 2 && name.contains(".SelfAttention.") && !isTable;
      case TEXT_NORM -> name.contains("layer_norm");
      case TEXT_EMBEDDINGS -> isTable;
      case TEXT_ALL -> true;
    };
  }

  /// Last hidden states: ids I64 [N,T] → [N,T,dModel]
  public Tensor forward(Tensor ids) {
    ids.shape().requireRank(2, "t5 ids");
    require(ids.dim(1) > 0, "t5: expected at least one id a text, got %s", ids.shape());
    return Scope.keep("t5", () -> encode(ids));
  }

  private Tensor encode(Tensor ids) {
    Tensor bias = positionBias.forward(ids.dim(1));
    List<UnaryOperator<Tensor>> layers = new ArrayList<>();
    layers.add(shared::forward);
    blocks.forEach(block -> layers.add(x -> block.forward(x, bias)));
    layers.add(finalLayerNorm::forward);
    return Activations.announce("encoder", Layers.forward("t5 layers", ids, layers));
  }
}
