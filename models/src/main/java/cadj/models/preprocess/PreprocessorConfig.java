package cadj.models.preprocess;

import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// `preprocessor_config.json` of a CLIP folder, as transformers wrote it over time: `size` and
/// `crop_size` as numbers or as objects; absent keys mean `CLIPImageProcessor`'s defaults, which
/// are OpenAI's.
///
/// Keys that change nothing here: `do_convert_rgb` (pictures are RGB), `feature_extractor_type`,
/// `image_processor_type`, `processor_class`.
public final class PreprocessorConfig {
  private static final int PIL_BILINEAR = 2;
  private static final int PIL_BICUBIC = 3;
  private static final double RESCALE = 1 / 255.0;

  private PreprocessorConfig() {}

  /// @throws cadj.tensor.file.FileFormatException naming the key that asks for what is not built
  public static ResizeCrop read(Path file) {
    JsonObject json = JsonFile.read(file);
    for (String step : List.of("do_resize", "do_center_crop", "do_rescale", "do_normalize")) {
      if (!json.boolOr(step, true)) {
        throw json.error(step, "true", "false");
      }
    }
    double factor = json.numberOr("rescale_factor", RESCALE);
    if (Math.abs(factor - RESCALE) > 1e-9) {
      throw json.error("rescale_factor", "1/255", String.valueOf(factor));
    }
    int resize = side(json, "size", "shortest_edge", ResizeCrop.CLIP.resize());
    int crop = side(json, "crop_size", "height", ResizeCrop.CLIP.crop());
    if (crop > resize) {
      throw json.error("crop_size", "at most the size " + resize, String.valueOf(crop));
    }
    return new ResizeCrop(resize, filter(json), crop, CenterCrop.FLOOR, normalization(json));
  }

  /// A number, or an object whose `name` it is; a square's `width` must be its `height`.
  private static int side(JsonObject json, String key, String name, int fallback) {
    if (!json.has(key)) {
      return fallback;
    }
    JsonValue value = json.get(key);
    int side;
    if (value.isObject()) {
      JsonObject sides = value.object();
      side = sides.integer(name);
      if (sides.integerOr("width", side) != side) {
        throw sides.error("width", "the height " + side, String.valueOf(sides.integer("width")));
      }
    } else {
      side = value.integer();
    }
    if (side < 1 || side > 4096) {
      throw json.error(key, "from 1 to 4096", String.valueOf(side));
    }
    return side;
  }

  private static Filter filter(JsonObject json) {
    int resample = json.integerOr("resample", PIL_BICUBIC);
    return switch (resample) {
      case PIL_BILINEAR -> Filter.BILINEAR;
      case PIL_BICUBIC -> Filter.BICUBIC;
      default ->
          throw json.error("resample", "2 (bilinear) or 3 (bicubic)", String.valueOf(resample));
    };
  }

  private static Normalization normalization(JsonObject json) {
    List<Double> mean = channels(json, "image_mean", Normalization.CLIP.mean());
    List<Double> std = channels(json, "image_std", Normalization.CLIP.std());
    if (std.stream().anyMatch(each -> !(each > 0))) {
      throw json.error("image_std", "positive numbers", std.toString());
    }
    return new Normalization(mean, std);
  }

  private static List<Double> channels(JsonObject json, String key, List<Double> fallback) {
    if (!json.has(key)) {
      return fallback;
    }
    double[] values = json.list(key).numbers();
    if (values.length != RgbImage.CHANNELS || !Arrays.stream(values).allMatch(Double::isFinite)) {
      throw json.error(key, "three numbers", Arrays.toString(values));
    }
    return Arrays.stream(values).boxed().toList();
  }
}
