package cadj.models.clip;

import cadj.tensor.json.JsonObject;

/// The shape of a text encoder, as `text_encoder/config.json` says it, or its `text_config` if that
/// is of a whole CLIP model; absent keys mean transformers' defaults.
///
/// Keys that change nothing here: `attention_dropout`, `dropout` and the initializers (training),
/// `pad_token_id` and `bos_token_id` (the tokenizer has its own).
///
/// @param eosTokenId where the pooled vector is taken from; 2 in old files, which means the largest
///   id
/// @param projectionDim width of the joint space, 0 for a model without projection
public record ClipTextConfig(
    ClipLayersConfig layers, int vocabSize, int maxPositions, int eosTokenId, int projectionDim) {
  private static final String TEXT = "text_config";

  /// Reads and checks the file.
  ///
  /// @param projection whether the model has a projection
  public static ClipTextConfig of(JsonObject file, boolean projection) {
    JsonObject json = file.has(TEXT) ? file.object(TEXT) : file;
    return new ClipTextConfig(
        ClipLayersConfig.of(json, 512, 2048, 12, 8),
        ClipLayersConfig.size(json, "vocab_size", 49408),
        ClipLayersConfig.size(json, "max_position_embeddings", 77),
        json.integerOr("eos_token_id", 49407),
        projection ? ClipLayersConfig.size(json, "projection_dim", 512) : 0);
  }

  /// The same with another number of tokens.
  public ClipTextConfig withVocabSize(int size) {
    return new ClipTextConfig(layers, size, maxPositions, eosTokenId, projectionDim);
  }

  /// The same with another width of the joint space.
  ClipTextConfig withProjectionDim(int size) {
    return new ClipTextConfig(layers, vocabSize, maxPositions, eosTokenId, size);
  }

  public int hiddenSize() {
    return layers.hiddenSize();
  }
}
