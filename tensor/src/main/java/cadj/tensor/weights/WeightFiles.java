package cadj.tensor.weights;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.torch.TorchFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens files of weights, and finds them in folders.
public final class WeightFiles {
  private WeightFiles() {}

  /// Opens a file of weights, told by its content: safetensors, `torch.save`, or a JSON index of
  /// several such files, which are opened too.
  ///
  /// @throws FileFormatException if any of them is missing, broken, empty, or not what the index
  ///   says
  public static Checkpoint open(Path path) {
    return WeightFormat.of(path) == WeightFormat.INDEX
        ? ShardedCheckpoint.open(path)
        : single(path);
  }

  /// Opens one file of tensors, which is no index.
  static Checkpoint single(Path path) {
    Checkpoint file =
        switch (WeightFormat.of(path)) {
          case SAFETENSORS -> SafetensorsFile.open(path);
          case TORCH -> TorchFile.open(path);
          case INDEX ->
              throw new FileFormatException(path, "", "a file of tensors", "an index in JSON");
        };
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
