package cadj.tensor.weights;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  private static Checkpoint single(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
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
