package cadj.models.clip;

import cadj.tensor.json.JsonObject;

/// The shape of a text encoder, as `text_encoder/config.json` says it; absent keys mean
/// transformers' defaults.
///
/// @param eosTokenId where the pooled vector is taken from; 2 in old files, which means the largest
///   id
/// @param projectionDim width of the joint space, for a model with a projection
public record ClipTextConfig(
    ClipLayersConfig layers, int vocabSize, int maxPositions, int eosTokenId, int projectionDim) {
  public static ClipTextConfig of(JsonObject json) {
    return new ClipTextConfig(
        ClipLayersConfig.of(json, 512, 2048, 12, 8),
        ClipLayersConfig.size(json, "vocab_size", 49408),
        ClipLayersConfig.size(json, "max_position_embeddings", 77),
        json.integerOr("eos_token_id", 49407),
        ClipLayersConfig.size(json, "projection_dim", 512));
  }

  /// The same with another number of tokens.
  public ClipTextConfig withVocabSize(int size) {
    return new ClipTextConfig(layers, size, maxPositions, eosTokenId, projectionDim);
  }

  public int hiddenSize() {
    return layers.hiddenSize();
  }
}
