package cadj.models.clip;

import cadj.tensor.json.JsonObject;

/// What the text and the image tower have in common.
public record ClipLayersConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    float layerNormEps,
    ClipActivation activation) {
  private static final int MAX_SIZE = 1 << 20;

  /// Reads and checks the common keys; fallbacks are transformers' defaults for the tower.
  static ClipLayersConfig of(
      JsonObject json, int hiddenSize, int intermediateSize, int layers, int heads) {
    ClipLayersConfig config =
        new ClipLayersConfig(
            size(json, "hidden_size", hiddenSize),
            size(json, "intermediate_size", intermediateSize),
            size(json, "num_hidden_layers", layers),
            size(json, "num_attention_heads", heads),
            (float) json.numberOr("layer_norm_eps", 1e-5),
            ClipActivation.of(json));
    if (config.hiddenSize % config.heads != 0) {
      throw json.error(
          "num_attention_heads",
          "a divisor of hidden_size " + config.hiddenSize,
          String.valueOf(config.heads));
    }
    if (config.layers > 256) {
      throw json.error("num_hidden_layers", "at most 256", String.valueOf(config.layers));
    }
    if (!(config.layerNormEps > 0 && config.layerNormEps < 1)) {
      throw json.error(
          "layer_norm_eps", "a number between 0 and 1", String.valueOf(config.layerNormEps));
    }
    return config;
  }

  static int size(JsonObject json, String key, int fallback) {
    int size = json.integerOr(key, fallback);
    if (size < 1 || size > MAX_SIZE) {
      throw json.error(key, "a size from 1 to " + MAX_SIZE, String.valueOf(size));
    }
    return size;
  }
}
