package cadj.models.clip;

import cadj.tensor.json.JsonObject;

/// The shape of an image encoder, as `vision_config` says it; absent keys mean transformers'
/// defaults.
public record ClipVisionConfig(
    ClipLayersConfig layers, int imageSize, int patchSize, int projectionDim) {
  public static ClipVisionConfig of(JsonObject json) {
    ClipVisionConfig config =
        new ClipVisionConfig(
            ClipLayersConfig.of(json, 768, 3072, 12, 12),
            ClipLayersConfig.size(json, "image_size", 224),
            ClipLayersConfig.size(json, "patch_size", 32),
            ClipLayersConfig.size(json, "projection_dim", 512));
    if (config.imageSize > 4096 || config.patchSize > config.imageSize) {
      throw json.error(
          "image_size",
          "from patch_size " + config.patchSize + " to 4096",
          String.valueOf(config.imageSize));
    }
    return config;
  }

  /// The same with another width of the joint space.
  ClipVisionConfig withProjectionDim(int size) {
    return new ClipVisionConfig(layers, imageSize, patchSize, size);
  }

  /// Patches of an image, plus the class token.
  int positions() {
    int side = imageSize / patchSize;
    return side * side + 1;
  }
}
