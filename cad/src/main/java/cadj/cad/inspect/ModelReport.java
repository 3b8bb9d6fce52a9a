package cadj.cad.inspect;

import static java.util.stream.Collectors.joining;

import cadj.cad.edit.Patch;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.vae.VaeConfig;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonObject;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// A model: its parts with their classes and sizes, and what edits need to know of the denoiser.
///
/// @param pipeline class of the whole
/// @param feedForward number of feed-forward matrices in the denoiser, and of weights in them
record ModelReport(
    String name,
    String pipeline,
    List<Part> parts,
    LatentForm latents,
    SequencedMap<String, Object> denoiserSizes,
    VaeConfig vae,
    String predictionType,
    Count feedForward,
    String denoiserHash)
    implements Report {
  /// A folder of the model.
  ///
  /// @param type its class
  /// @param weights its tensors; none for a part without weights
  /// @param dtypes the types they are stored as
  record Part(String name, String type, Count weights, Set<String> dtypes) {}

  /// A number of tensors, and of their elements.
  record Count(int tensors, long elements) {}

  static ModelReport of(ModelFiles folder) {
    JsonObject index = folder.index();
    Set<String> names = new LinkedHashSet<>(ModelFiles.WITH_WEIGHTS);
    names.addAll(index.keys());
    List<Part> parts = new ArrayList<>();
    for (String name : names) {
      if (folder.isPart(name)) {
        parts.add(part(folder, index, name));
      }
    }
    return new ModelReport(
        folder.name(),
        index.stringOr("_class_name", "unnamed class"),
        parts,
        folder.latentForm(),
        folder.denoiserSizes(),
        folder.vaeConfig(),
        folder.schedule().predictionType().name().toLowerCase(Locale.ROOT),
        feedForward(folder),
        folder.denoiserHash());
  }

  private static Part part(ModelFiles folder, JsonObject index, String name) {
    if (!ModelFiles.WITH_WEIGHTS.contains(name)) {
      return new Part(name, type(folder, index, name), new Count(0, 0), Set.of());
    }
    try (Checkpoint weights = folder.checkpoint(name)) {
      Set<String> dtypes = new TreeSet<>();
      long elements = 0;
      for (String key : weights.names()) {
        dtypes.add(weights.dtype(key).name());
        elements += weights.shape(key).elements();
      }
      Count count = new Count(weights.names().size(), elements);
      return new Part(name, type(folder, index, name), count, dtypes);
    }
  }

  /// From the index, which names library and class, else from the part itself.
  private static String type(ModelFiles folder, JsonObject index, String name) {
    if (index.has(name)) {
      return index.list(name).get(1).string();
    }
    JsonObject config = folder.config(name);
    return config.stringOr("_class_name", config.stringOr("model_type", "unnamed class"));
  }

  private static Count feedForward(ModelFiles folder) {
    Collection<Shape> shapes = folder.denoiserShapes(Sites.FF).values();
    return new Count(shapes.size(), shapes.stream().mapToLong(Shape::elements).sum());
  }

  private long parameters() {
    return parts.stream().mapToLong(part -> part.weights.elements).sum();
  }

  @Override
  public List<String> lines(int width, boolean colour) {
    List<String> out = new ArrayList<>();
    out.add("%s: model, %s, %,d parameters".formatted(name, Lines.plain(pipeline), parameters()));
    for (Part part : parts) {
      String size =
          part.weights.tensors == 0
              ? ""
              : "%,14d  %s in %,d tensors"
                  .formatted(
                      part.weights.elements, String.join(", ", part.dtypes), part.weights.tensors);
      String line = "  %-16s %-28s %s".formatted(part.name, Lines.plain(part.type), size);
      out.add(line.stripTrailing());
    }
    out.addAll(Lines.pairs(facts()));
    return out;
  }

  private Map<String, String> facts() {
    Map<String, String> out = new LinkedHashMap<>();
    int factor = vae.downsampleFactor();
    out.put("predicts", predictionType);
    out.put("latents", "%d×%d×%d".formatted(latents.channels(), latents.height(), latents.width()));
    out.put("pictures", "%d×%d".formatted(latents.height() * factor, latents.width() * factor));
    out.put(
        "denoiser",
        denoiserSizes.entrySet().stream()
            .map(size -> size.getKey() + " " + size.getValue())
            .collect(joining("; ")));
    out.put(
        "feed-forward",
        "%d matrices, %,d weights".formatted(feedForward.tensors, feedForward.elements));
    out.put(Patch.MODEL_HASH, denoiserHash);
    return out;
  }

  /// One number of a square, else height and width.
  private static Object sizes(int height, int width) {
    return height == width ? (Object) height : List.of(height, width);
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", "model");
    out.put("name", name);
    out.put("pipeline", pipeline);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Part part : parts) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", part.name);
      row.put("class", part.type);
      row.put("parameters", part.weights.elements);
      row.put("tensors", part.weights.tensors);
      row.put("dtypes", part.dtypes);
      rows.add(row);
    }
    out.put("parts", rows);
    out.put("parameters", parameters());
    out.put("prediction_type", predictionType);
    out.put("sample_size", sizes(latents.height(), latents.width()));
    out.put("latent_channels", latents.channels());
    int factor = vae.downsampleFactor();
    out.put("picture_size", sizes(latents.height() * factor, latents.width() * factor));
    out.putAll(denoiserSizes);
    out.put("feed_forward_matrices", feedForward.tensors);
    out.put("feed_forward_weights", feedForward.elements);
    out.put(Patch.MODEL_HASH, denoiserHash);
    return out;
  }
}
