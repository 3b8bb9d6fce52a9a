package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.device.DType;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A small file that edits a model: for some weights of some parameters, factors to multiply them
/// with.
///
/// Tensors by parameter: `index/<p>` (flat, ascending), `factor/<p>`, and `weight/<p>`, the weights
/// as they were, so that an edit can be undone. Metadata: `kind` = `patch`, `model_sha256` (what it
/// fits), and how it came about. Patches stack: each multiplies what the one before left. A weight
/// times 0 keeps its sign: −0.
///
/// @param changes by parameter
public record Patch(SequencedMap<String, Change> changes, Map<String, String> metadata) {
  /// Value of the metadata `kind`.
  public static final String KIND = "patch";

  /// Metadata key of the SHA-256 of the denoiser's weight files.
  public static final String MODEL_HASH = "model_sha256";

  /// Metadata key of the SHA-256 of the text encoders' weight files, of a patch that changes these.
  public static final String TEXT_HASH = "text_encoders_sha256";

  /// Some weights of one parameter: where, times what, and what they were.
  public record Change(int[] indices, float[] factors, float[] weights) {
    public Change {
      require(
          indices.length == factors.length && indices.length == weights.length,
          "patch: %d indices, %d factors, %d weights",
          indices.length,
          factors.length,
          weights.length);
    }
  }

  /// Zeroes what an [Ablation] selected.
  ///
  /// @param zeroed flat indices by parameter
  /// @param parameters the model's, before
  public static Patch zeroing(
      Map<String, int[]> zeroed, Map<String, Tensor> parameters, Map<String, String> metadata) {
    SequencedMap<String, Change> changes = new LinkedHashMap<>();
    zeroed.forEach(
        (name, indices) -> {
          Tensor parameter = parameters.get(name);
          if (parameter == null) {
            throw new IllegalArgumentException("patch: the model has no parameter " + name);
          }
          float[] values = parameter.toFloats();
          float[] weights = new float[indices.length];
          for (int i = 0; i < indices.length; i++) {
            weights[i] = values[indices[i]];
          }
          changes.put(name, new Change(indices, new float[indices.length], weights));
        });
    return new Patch(changes, metadata);
  }

  /// What it does to one parameter.
  Patch only(String parameter) {
    SequencedMap<String, Change> its = new LinkedHashMap<>();
    Change change = changes.get(parameter);
    if (change != null) {
      its.put(parameter, change);
    }
    return new Patch(its, metadata);
  }

  /// Number of weights changed.
  public long size() {
    return changes.values().stream().mapToLong(change -> change.indices.length).sum();
  }

  /// The parameters after the edit: edited ones are copies, the others shared.
  public SequencedMap<String, Tensor> apply(Map<String, Tensor> parameters) {
    return edit(parameters, (change, i, value) -> value * change.factors[i]);
  }

  /// The parameters as they were before the edit, from those after it.
  public SequencedMap<String, Tensor> revert(Map<String, Tensor> parameters) {
    return edit(parameters, (change, i, value) -> change.weights[i]);
  }

  /// The denoiser after the edit.
  public Denoiser apply(Denoiser denoiser) {
    return denoiser.with(apply(denoiser.parameters()));
  }

  /// The pipeline after the edit of its denoiser and text encoders.
  public TextToImage apply(TextToImage pipeline) {
    return pipeline.with(apply(pipeline.parameters()));
  }

  private interface Replacement {
    float of(Change change, int i, float value);
  }

  private SequencedMap<String, Tensor> edit(
      Map<String, Tensor> parameters, Replacement replacement) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>(parameters);
    changes.forEach(
        (name, change) -> {
          Tensor before = parameters.get(name);
          if (before == null) {
            throw new IllegalArgumentException("patch: the model has no parameter " + name);
          }
          for (int index : change.indices) {
            require(
                index >= 0 && index < before.elements(),
                "patch: index %d is outside %s %s",
                index,
                name,
                before.shape());
          }
          out.put(name, before.changed(w -> edited(w, change, replacement)));
        });
    return out;
  }

  private static Tensor edited(Tensor before, Change change, Replacement replacement) {
    float[] values = before.toFloats();
    for (int i = 0; i < change.indices.length; i++) {
      int index = change.indices[i];
      values[index] = replacement.of(change, i, values[index]);
    }
    return Tensor.of(values, before.shape().toArray());
  }

  /// @throws IllegalArgumentException unless the patch was made for this model
  public void requireFits(ModelFiles model) {
    requireFits(model.denoiserHash());
    if (changesText()) {
      requireSame(TEXT_HASH, model.textEncodersHash());
    }
  }

  /// Whether the patch was made for this model.
  public boolean fits(ModelFiles model) {
    return model.denoiserHash().equals(metadata.get(MODEL_HASH))
        && (!changesText() || model.textEncodersHash().equals(metadata.get(TEXT_HASH)));
  }

  private boolean changesText() {
    return changes.keySet().stream().anyMatch(TextEncoder::isParameter);
  }

  /// @throws IllegalArgumentException unless the patch was made for the model of that hash
  public void requireFits(String modelHash) {
    requireSame(MODEL_HASH, modelHash);
  }

  private void requireSame(String key, String hash) {
    String made = metadata.get(key);
    require(
        hash.equals(made),
        "patch: made for another model: expected %s %s, found %s",
        key,
        hash,
        made);
  }

  public void write(Path file) {
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(writer::metadata);
    writer.metadata("kind", KIND);
    changes.forEach(
        (name, change) -> {
          int n = change.indices.length;
          long[] indices = new long[n];
          for (int i = 0; i < n; i++) {
            indices[i] = change.indices[i];
          }
          writer.add("index/" + name, DType.I32, Tensor.of(indices, n));
          writer.add("factor/" + name, Tensor.of(change.factors.clone(), n));
          writer.add("weight/" + name, Tensor.of(change.weights.clone(), n));
        });
    writer.write(file);
  }

  /// @throws FileFormatException if the file is no patch, or inconsistent
  public static Patch read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String kind = file.metadata().getOrDefault("kind", "a file of another kind");
      if (!kind.equals(KIND)) {
        throw new FileFormatException(path, "__metadata__.kind", KIND, kind);
      }
      SequencedMap<String, Change> changes = new LinkedHashMap<>();
      for (String key : file.names()) {
        if (key.startsWith("index/")) {
          String name = key.substring("index/".length());
          changes.put(name, change(file, name));
        }
      }
      if (file.names().size() != 3 * changes.size()) {
        throw new FileFormatException(
            path,
            "",
            "index, factor and weight of %d parameters".formatted(changes.size()),
            file.names().size() + " tensors");
      }
      return new Patch(changes, file.metadata());
    }
  }

  private static Change change(SafetensorsFile file, String name) {
    long[] stored = list(file, "index/" + name, DType.I32, -1).toLongs();
    int[] indices = new int[stored.length];
    for (int i = 0; i < stored.length; i++) {
      indices[i] = Math.toIntExact(stored[i]);
      if (indices[i] < 0 || (i > 0 && indices[i] <= indices[i - 1])) {
        throw new FileFormatException(
            file.path(), "index/" + name, "ascending indices", String.valueOf(stored[i]));
      }
    }
    return new Change(
        indices,
        finite(file, "factor/" + name, stored.length),
        finite(file, "weight/" + name, stored.length));
  }

  private static float[] finite(SafetensorsFile file, String name, int length) {
    float[] values = list(file, name, DType.F32, length).toFloats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FileFormatException(file.path(), name, "finite numbers", Float.toString(value));
      }
    }
    return values;
  }

  /// @param length how many, or -1 for any
  private static Tensor list(SafetensorsFile file, String name, DType dtype, int length) {
    boolean fits =
        file.dtype(name) == dtype
            && file.shape(name).rank() == 1
            && (length < 0 || file.shape(name).dim(0) == length);
    if (!fits) {
      throw new FileFormatException(
          file.path(),
          name,
          dtype + (length < 0 ? " of one dimension" : " [" + length + "]"),
          file.dtype(name) + " " + file.shape(name));
    }
    return file.tensor(name);
  }
}
