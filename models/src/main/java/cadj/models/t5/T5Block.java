package cadj.models.t5;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.RmsNorm;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;

/// Pre-norm transformer layer: h = x + attention(norm(x)), then h + feedForward(norm(h)).
///
/// x [N,T,dModel], position bias [1,heads,T,T] → [N,T,dModel]
final class T5Block {
  private final String path;
  private final String attentionPath;
  private final String feedForwardPath;
  private final T5Attention selfAttention;
  private final RmsNorm attentionNorm;
  private final T5FeedForward denseReluDense;
  private final RmsNorm feedForwardNorm;

  T5Block(Weights w, T5Config config) {
    path = w.path();
    Weights attention = w.at("layer.0");
    attentionPath = attention.path();
    selfAttention = new T5Attention(attention.at("SelfAttention"), config);
    attentionNorm =
        new RmsNorm(attention.at("layer_norm"), config.dModel(), config.layerNormEpsilon());
    Weights feedForward = w.at("layer.1");
    feedForwardPath = feedForward.path();
    denseReluDense = new T5FeedForward(feedForward.at("DenseReluDense"), config);
    feedForwardNorm =
        new RmsNorm(feedForward.at("layer_norm"), config.dModel(), config.layerNormEpsilon());
  }

  Tensor forward(Tensor x, Tensor positionBias) {
    return Activations.module(
        path, x, in -> Tape.block(path, all -> layers(all[0], all[1]), in, positionBias));
  }

  private Tensor layers(Tensor x, Tensor positionBias) {
    Tensor h = Activations.module(attentionPath, x, in -> attended(in, positionBias));
    return Activations.module(
        feedForwardPath, h, in -> denseReluDense.forward(feedForwardNorm.forward(in), in));
  }

  private Tensor attended(Tensor x, Tensor positionBias) {
    return selfAttention.forward(attentionNorm.forward(x), positionBias, x);
  }
}
