package cadj.tensor.weights;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens files of weights, and finds them in folders.
public final class WeightFiles {
  private WeightFiles() {}

  /// Opens a `.safetensors` file, or a `.json` index and all its files.
  ///
  /// @throws FileFormatException if any of them is missing, broken, empty, or not what the index
  ///   says
  public static Checkpoint open(Path path) {
    return path.toString().endsWith(".json") ? ShardedCheckpoint.open(path) : single(path);
  }

  /// Opens one file of tensors, which must not be empty.
  static Checkpoint single(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    if (file.names().isEmpty()) {
      file.close();
      throw new FileFormatException(path, "", "at least one tensor", "none");
    }
    return file;
  }

  /// Finds a model's weights in `folder`.
  ///
  /// @param variant which of several, such as `fp16`; null for the plain ones or the only variant
  /// @throws FileFormatException if there are none, or several variants and none is named
  public static FoundWeights find(Path folder, WeightNames names, @Nullable String variant) {
    return FoundWeights.in(folder, names, variant);
  }
}
