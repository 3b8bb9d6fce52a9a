package cadj.tensor.weights;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.torch.TorchFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  /// Opens the weights called `stem` in `folder`: the first there is of `stem.safetensors`,
  /// `stem.fp16.safetensors`, and the index of either.
  public static Checkpoint find(Path folder, String stem) {
    List<String> candidates =
        List.of(
            stem + ".safetensors",
            stem + ".safetensors.index.json",
            stem + ".fp16.safetensors",
            stem + ".safetensors.index.fp16.json");
    for (String candidate : candidates) {
      if (Files.exists(folder.resolve(candidate))) {
        return open(folder.resolve(candidate));
      }
    }
    throw new FileFormatException(
        folder, "", "one of " + String.join(", ", candidates), "none of them");
  }
}
