package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/// What a file in the original layout does not say: the configurations of a diffusers folder, as
/// its family is published, with the sizes that the file's tensors have.
public final class PublishedConfig {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Empty tensors by which tools mark models whose training differs from the published one's.
  private static final String PREDICTS_V = "v_pred";

  private static final String ZERO_TERMINAL_SNR = "ztsnr";

  private PublishedConfig() {}

  /// `model_index.json`.
  public static JsonObject index(Family family, Path file) {
    return object(family, "model_index", file, Map.of());
  }

  /// `scheduler_config.json`, for a model marked as predicting v or trained down to no signal if
  /// there are the tensors `v_pred` and `ztsnr`.
  public static JsonObject scheduler(Family family, Checkpoint file) {
    ObjectNode json = resource(family, "scheduler");
    if (file.contains(PREDICTS_V)) {
      json.put("prediction_type", "v_prediction");
    }
    if (file.contains(ZERO_TERMINAL_SNR)) {
      json.put("rescale_betas_zero_snr", true);
    }
    return parse(json, file.path());
  }

  /// `config.json` of a part with weights.
  ///
  /// @param weights the part's, as [Family#weights] gives them
  /// @throws cadj.tensor.file.FileFormatException if their sizes are not such that the rest is
  ///   known
  public static JsonObject of(Family family, String part, Checkpoint weights) {
    Map<String, Object> sizes =
        switch (part) {
          case "unet" -> UNetSizes.of(family, weights);
          case "transformer" -> SD3Sizes.of(family, weights);
          case "text_encoder_3" -> T5Sizes.of(weights);
          case "vae" -> VaeSizes.of(weights);
          default -> TextSizes.of(weights);
        };
    return object(family, part, weights.path(), sizes);
  }

  /// `config.json` of a part with weights, as it is published.
  public static JsonObject of(Family family, String part) {
    return object(family, part, Path.of(part, "config.json"), Map.of());
  }

  private static JsonObject object(
      Family family, String name, Path file, Map<String, Object> sizes) {
    ObjectNode json = resource(family, name);
    sizes.forEach((key, size) -> json.set(key, JSON.valueToTree(size)));
    return parse(json, file);
  }

  /// Errors name the file, since that is where sizes come from.
  private static JsonObject parse(ObjectNode json, Path file) {
    try {
      return JsonFile.parse(file, ByteBuffer.wrap(JSON.writeValueAsBytes(json)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode resource(Family family, String name) {
    String path = family.folder() + "/" + name + ".json";
    try (InputStream in = PublishedConfig.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from this build");
      }
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
