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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A file that edits a model: for some weights of some parameters factors to multiply them with, or
/// new values for all weights of a parameter.
///
/// Tensors by parameter: either `index/<p>` (flat, ascending) and `factor/<p>`, or `value/<p>` (one
/// for each weight); and `weight/<p>`, the weights as they were, so that an edit can be undone.
/// Metadata: `kind` = `patch`, `model_sha256` (what it fits), and how it came about. Patches stack:
/// each multiplies what the one before left, or adds its difference to it. A weight times 0 keeps
/// its sign: −0.
///
/// @param changes by parameter
public record Patch(SequencedMap<String, Change> changes, Map<String, String> metadata) {
  /// Value of the metadata `kind`.
  public static final String KIND = "patch";

  /// Metadata key of the SHA-256 of the denoiser's weight files.
  public static final String MODEL_HASH = "model_sha256";

  /// Metadata key of the SHA-256 of the text encoders' weight files, of a patch that changes these.
  public static final String TEXT_HASH = "text_encoders_sha256";

  private static final String INDEX = "index/";
  private static final String VALUE = "value/";

  /// Zeroes what an [Ablation] selected.
  ///
  /// @param zeroed flat indices by parameter
  /// @param parameters the model's, before
  public static Patch zeroing(
      Map<String, int[]> zeroed, Map<String, Tensor> parameters, Map<String, String> metadata) {
    return scaling(zeroed, 0, parameters, metadata);
  }

  /// Multiplies what an [Ablation] selected with 1 − dose: a dose of 1 zeroes, a half halves, more
  /// than 1 turns signs round.
  public static Patch dosed(
      Map<String, int[]> selected,
      double dose,
      Map<String, Tensor> parameters,
      Map<String, String> metadata) {
    require(dose > 0 && Double.isFinite(dose), "dose: expected more than 0, got %s", dose);
    return scaling(selected, (float) (1 - dose), parameters, metadata);
  }

  private static Patch scaling(
      Map<String, int[]> selected,
      float factor,
      Map<String, Tensor> parameters,
      Map<String, String> metadata) {
    SequencedMap<String, Change> changes = new LinkedHashMap<>();
    selected.forEach(
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
          float[] factors = new float[indices.length];
          Arrays.fill(factors, factor);
          changes.put(name, new Change.Scaled(indices, factors, weights));
        });
    return new Patch(changes, metadata);
  }

  /// Gives parameters new values.
  ///
  /// @param values by parameter, of its shape; one that stays as it is is left out of the patch
  /// @param parameters the model's, before
  public static Patch replacing(
      Map<String, Tensor> values, Map<String, Tensor> parameters, Map<String, String> metadata) {
    SequencedMap<String, Change> changes = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Tensor before = parameters.get(name);
          if (before == null) {
            throw new IllegalArgumentException("patch: the model has no parameter " + name);
          }
          require(
              value.shape().equals(before.shape()),
              "patch: expected %s %s, got %s",
              name,
              before.shape(),
              value.shape());
          Change.Replaced change = new Change.Replaced(value.toFloats(), before.toFloats());
          if (change.size() > 0) {
            changes.put(name, change);
          }
        });
    return new Patch(changes, metadata);
  }

  /// The same edit with this said about it too.
  public Patch with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.putAll(more);
    return new Patch(changes, all);
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
    return changes.values().stream().mapToLong(Change::size).sum();
  }

  /// The parameters after the edit: edited ones are copies, the others shared.
  public SequencedMap<String, Tensor> apply(Map<String, Tensor> parameters) {
    return edit(parameters, Change::apply);
  }

  /// The parameters as they were before the edit, from those after it.
  public SequencedMap<String, Tensor> revert(Map<String, Tensor> parameters) {
    return edit(parameters, Change::revert);
  }

  /// The denoiser after the edit.
  public Denoiser apply(Denoiser denoiser) {
    return denoiser.with(apply(denoiser.parameters()));
  }

  /// The pipeline after the edit of its denoiser and text encoders.
  public TextToImage apply(TextToImage pipeline) {
    return pipeline.with(apply(pipeline.parameters()));
  }

  private interface Step {
    void on(Change change, float[] values);
  }

  private SequencedMap<String, Tensor> edit(Map<String, Tensor> parameters, Step step) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>(parameters);
    changes.forEach(
        (name, change) -> {
          Tensor before = parameters.get(name);
          if (before == null) {
            throw new IllegalArgumentException("patch: the model has no parameter " + name);
          }
          change.requireFits(name, before.elements());
          out.put(name, edited(before, change, step));
        });
    return out;
  }

  private static Tensor edited(Tensor before, Change change, Step step) {
    return before.changed(
        w -> {
          float[] values = w.toFloats();
          step.on(change, values);
          return Tensor.of(values, w.shape().toArray());
        });
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

  /// Writes the patch with its metadata.
  ///
  /// @throws IllegalArgumentException if a factor or value is not finite
  public void write(Path file) {
    changes.forEach((name, change) -> change.requireFinite(name));
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(writer::metadata);
    writer.metadata("kind", KIND);
    changes.forEach(
        (name, change) -> {
          switch (change) {
            case Change.Scaled(int[] at, float[] factors, float[] weights) -> {
              writer.add(INDEX + name, DType.I32, Tensor.of(longs(at), at.length));
              writer.add("factor/" + name, Tensor.of(factors.clone(), at.length));
              writer.add("weight/" + name, Tensor.of(weights.clone(), at.length));
            }
            case Change.Replaced(float[] values, float[] weights) -> {
              writer.add(VALUE + name, Tensor.of(values.clone(), values.length));
              writer.add("weight/" + name, Tensor.of(weights.clone(), values.length));
            }
          }
        });
    writer.write(file);
  }

  private static long[] longs(int... values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  /// @throws FileFormatException if the file is no patch, or inconsistent
  public static Patch read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String kind = file.metadata().getOrDefault("kind", "a file of another kind");
      if (!kind.equals(KIND)) {
        throw new FileFormatException(path, "__metadata__.kind", KIND, kind);
      }
      SequencedMap<String, Change> changes = new LinkedHashMap<>();
      int tensors = 0;
      for (String key : file.names()) {
        if (key.startsWith(INDEX)) {
          String name = key.substring(INDEX.length());
          changes.put(name, scaled(file, name));
          tensors += 3;
        } else if (key.startsWith(VALUE)) {
          String name = key.substring(VALUE.length());
          changes.put(name, replaced(file, name));
          tensors += 2;
        }
      }
      if (file.names().size() != tensors) {
        throw new FileFormatException(
            path,
            "",
            "index, factor and weight, or value and weight, of %d parameters"
                .formatted(changes.size()),
            file.names().size() + " tensors");
      }
      return new Patch(changes, file.metadata());
    }
  }

  private static Change scaled(SafetensorsFile file, String name) {
    long[] stored = list(file, INDEX + name, DType.I32, -1).toLongs();
    int[] indices = new int[stored.length];
    for (int i = 0; i < stored.length; i++) {
      indices[i] = Math.toIntExact(stored[i]);
      if (indices[i] < 0 || (i > 0 && indices[i] <= indices[i - 1])) {
        throw new FileFormatException(
            file.path(), INDEX + name, "ascending indices", String.valueOf(stored[i]));
      }
    }
    return new Change.Scaled(
        indices,
        finite(file, "factor/" + name, stored.length),
        finite(file, "weight/" + name, stored.length));
  }

  private static Change replaced(SafetensorsFile file, String name) {
    float[] values = finite(file, VALUE + name, -1);
    return new Change.Replaced(values, finite(file, "weight/" + name, values.length));
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
