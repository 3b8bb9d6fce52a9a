package cadj.cad.edit;

import cadj.models.files.ModelFiles;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which files of a model folder its pipeline needs: `model_index.json`; of each part that it names
/// the settings, and the weights that are read; parts that are not built here, whole.
///
/// @param root the folder
/// @param needed paths within it
/// @param leftOut the others
record PipelineFiles(Path root, SortedSet<Path> needed, List<String> leftOut) {
  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(safetensors|bin|pt|pth|ckpt|msgpack|h5|onnx|onnx_data|xml|index(\\..+)?\\.json)");

  /// @throws IllegalArgumentException if the model is no folder
  static PipelineFiles of(ModelFiles model) {
    Path root =
        model
            .source()
            .folder()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: expected a model folder as it is, to edit it whole; write one with"
                                .formatted(model.name())
                            + " cadj convert, and edit that"));
    SortedSet<Path> needed = new TreeSet<>();
    needed.add(root.resolve("model_index.json"));
    JsonObject index = model.index();
    for (String part : index.keys()) {
      Path folder = root.resolve(part);
      if (index.get(part).isList() && Files.isDirectory(folder)) {
        needed.addAll(ofPart(model, part, folder));
      }
    }
    List<String> leftOut = new ArrayList<>();
    for (Path file : files(root)) {
      if (!needed.contains(file)) {
        leftOut.add(root.relativize(file).toString());
      }
    }
    return new PipelineFiles(root, needed, leftOut);
  }

  private static List<Path> ofPart(ModelFiles model, String part, Path folder) {
    List<Path> all = files(folder);
    if (!ModelFiles.WITH_WEIGHTS.contains(part)) {
      return all;
    }
    try (Checkpoint weights = model.checkpoint(part)) {
      List<Path> out = new ArrayList<>(weights.files());
      for (Path file : all) {
        if (file.equals(weights.path()) || !WEIGHTS.matcher(file.toString()).matches()) {
          out.add(file);
        }
      }
      return out;
    }
  }

  private static List<Path> files(Path root) {
    try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the work of a thread that is interrupted, before it reads: an interrupted read of a file
  /// in a jar would close the jar for everyone.
  static void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new UncheckedIOException(new ClosedByInterruptException());
    }
  }

  /// Copies a needed file to where it belongs in `target`.
  Path copy(Path file, Path target) throws IOException {
    requireUninterrupted();
    Path copy = place(file, target);
    Files.copy(file, copy);
    copy.toFile().setWritable(true); // what a cache holds is read-only
    return copy;
  }

  /// Puts all needed files but `others` into `target`: weights as hard links, where the file system
  /// can, the rest as copies.
  void linkAllBut(Set<Path> others, Path target) throws IOException {
    for (Path file : needed) {
      if (others.contains(file)) {
        continue;
      }
      if (!WEIGHTS.matcher(file.toString()).matches() || !link(file, target)) {
        copy(file, target);
      }
    }
  }

  private boolean link(Path file, Path target) throws IOException {
    Path place = place(file, target);
    if (!file.getFileSystem().equals(place.getFileSystem())) {
      return false; // in a jar
    }
    try {
      Files.createLink(place, file.toRealPath());
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false; // on another disk, or one without links
    }
  }

  private Path place(Path file, Path target) throws IOException {
    Path place = target.resolve(root.relativize(file).toString());
    Files.createDirectories(place.getParent());
    return place;
  }
}
