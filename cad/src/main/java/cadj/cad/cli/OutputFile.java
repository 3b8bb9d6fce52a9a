package cadj.cad.cli;

import cadj.tensor.file.AtomicFile;
import cadj.tensor.file.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What can be told about a file or folder to write before the work begins.
final class OutputFile {
  private OutputFile() {}

  /// Refuses a folder, each of `inputs`, which would be lost, and where nothing can be written.
  static void require(Path file, Path... inputs) {
    if (file.toString().isEmpty() || Files.isDirectory(file)) {
      throw new CommandFailure("\"%s\": expected a file to write, found a folder".formatted(file));
    }
    for (Path input : inputs) {
      if (isSame(file, input)) {
        throw new CommandFailure(file + ": expected another file than the one that is read");
      }
    }
    AtomicFile.requireWritable(file);
  }

  /// Refuses what exists, and where nothing can be written.
  static void requireNew(Path folder) {
    if (Files.exists(folder)) {
      throw new CommandFailure(folder + ": exists already");
    }
    AtomicFile.requireWritable(folder);
  }

  private static boolean isSame(Path file, Path input) {
    try {
      return Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input);
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be looked at", e);
    }
  }
}
