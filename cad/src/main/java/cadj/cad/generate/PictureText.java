package cadj.cad.generate;

import static java.util.stream.Collectors.joining;

import cadj.models.pipeline.SkipLayers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The text that a picture carries: all that it was drawn from, by which it can be drawn again, and
/// under `parameters` the same as galleries read it.
///
/// @param model what says which model it was: `model`, `model_sha256`, `patches`, …
/// @param software `cadj 1.0`
public record PictureText(SequencedMap<String, String> model, String software) {
  /// What may differ between two drawings of one picture.
  private static final List<String> NO_SETTINGS = List.of("software", GalleryText.KEY);

  /// By keyword.
  ///
  /// @param start what says that the start noise is from elsewhere; empty if it is the seed's
  public SequencedMap<String, String> of(PictureSettings picture, Map<String, String> start) {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    text.put("prompt", picture.prompt());
    if (picture.negative() != null) {
      text.put("negative", picture.negative());
    }
    text.putAll(model);
    text.put("seed", Long.toString(picture.seed()));
    if (picture.rng() != Rng.TORCH_CPU) {
      text.put("rng", picture.rng().toString());
    }
    text.putAll(start);
    text.put("width", Integer.toString(picture.width()));
    text.put("height", Integer.toString(picture.height()));
    text.put("steps", Integer.toString(picture.steps()));
    text.put("guidance", Double.toString(picture.guidance()));
    if (picture.guidanceRescale() != 0) {
      text.put("guidance_rescale", Double.toString(picture.guidanceRescale()));
    }
    SkipLayers skip = picture.skipLayers();
    if (skip != null) {
      text.put("skip_layers", skip.blocks().stream().map(String::valueOf).collect(joining(",")));
      text.put("skip_layer_scale", Double.toString(skip.scale()));
      text.put("skip_layer_start", Double.toString(skip.start()));
      text.put("skip_layer_stop", Double.toString(skip.stop()));
    }
    text.put("scheduler", picture.scheduler().toString());
    text.put("software", software);
    text.put(GalleryText.KEY, GalleryText.of(picture, model));
    return text;
  }

  /// The first keyword of which two texts say different things, or null if they are of the same
  /// picture.
  static @Nullable String difference(Map<String, String> a, Map<String, String> b) {
    SequencedMap<String, String> all = new LinkedHashMap<>(a);
    all.putAll(b);
    NO_SETTINGS.forEach(all::remove);
    for (String key : all.keySet()) {
      if (!Objects.equals(a.get(key), b.get(key))) {
        return key;
      }
    }
    return null;
  }
}
