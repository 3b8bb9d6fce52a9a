package cadj.cad.edit;

import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A whole model folder with an edited denoiser: every other file copied, weights in the types they
/// had.
public final class EditedModel {
  private static final String WEIGHTS = ModelFiles.denoiserWeights();

  private EditedModel() {}

  /// Writes `target`, which must not exist yet, in one step, and clears away what killed writers of
  /// it left.
  public static void write(ModelFiles model, Patch patch, Path target) {
    AtomicFile.deleteUnfinished(target);
    AtomicFile.writeFolder(
        target,
        fresh -> {
          copyAllButWeights(model.path(), fresh);
          writeWeights(model, patch, fresh.resolve(WEIGHTS + ".safetensors"));
        });
  }

  private static void copyAllButWeights(Path from, Path to) throws IOException {
    for (Path file : tree(from)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      String name = from.relativize(file).toString().replace('\\', '/');
      Path copy = to.resolve(name);
      if (Files.isDirectory(file)) {
        Files.createDirectories(copy);
      } else if (!name.startsWith(WEIGHTS)) {
        Files.copy(file, copy);
      }
    }
  }

  private static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return all.toList();
    }
  }

  private static void writeWeights(ModelFiles model, Patch patch, Path file) {
    Map<String, Tensor> edited = patch.apply(model.denoiser().parameters());
    try (Checkpoint before = model.denoiserCheckpoint()) {
      SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
      for (String key : before.names()) {
        Tensor tensor = edited.containsKey(key) ? edited.get(key) : before.tensor(key);
        writer.add(key, before.dtype(key), tensor);
      }
      writer.write(file);
    }
  }
}
