package cadj.tensor.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Files and folders that appear under their name once they are complete: made under a temporary
/// name beside it, then moved.
///
/// If that fails, nothing is left of it, and what stood under the name still does.
public final class AtomicFile {
  /// Makes a file, or fills a folder.
  @FunctionalInterface
  public interface Content {
    /// @param fresh not there yet if it is to be a file, empty if a folder
    void writeTo(Path fresh) throws IOException;
  }

  private AtomicFile() {}

  /// Writes a file, in missing folders too, replacing an existing one in a single step.
  ///
  /// @throws UncheckedIOException if that fails
  public static void write(Path file, Content content) {
    makeAndMove(file, content, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Writes a folder, in missing folders too; there must be nothing of its name.
  ///
  /// @throws UncheckedIOException if that fails
  public static void writeFolder(Path folder, Content content) {
    if (Files.exists(folder)) {
      throw unwritable(folder, new FileAlreadyExistsException(folder.toString()));
    }
    makeAndMove(
        folder,
        fresh -> {
          Files.createDirectory(fresh);
          content.writeTo(fresh);
        });
  }

  private static void makeAndMove(Path file, Content content, CopyOption... move) {
    Path target = file.toAbsolutePath();
    Path unfinished = target.resolveSibling(unfinishedPrefix(target) + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(target.getParent());
      try {
        content.writeTo(unfinished);
        Files.move(unfinished, target, move);
      } finally {
        delete(unfinished);
      }
    } catch (UncheckedIOException e) {
      throw unwritable(file, e.getCause());
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// Deletes what writers of `file` that were killed while writing left beside it.
  ///
  /// @throws UncheckedIOException if that fails
  public static void deleteUnfinished(Path file) {
    Path target = file.toAbsolutePath();
    String start = unfinishedPrefix(target);
    try (Stream<Path> siblings = Files.list(target.getParent())) {
      for (Path sibling : siblings.toList()) {
        String name = sibling.getFileName().toString();
        if (name.startsWith(start)
            && name.substring(start.length()).matches("[0-9a-f-]{36}\\.tmp")) {
          delete(sibling);
        }
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// What names of unfinished files of `target` begin with; something unique and `.tmp` follow.
  private static String unfinishedPrefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  /// Deletes a file or a folder with all it holds, if there is one.
  private static void delete(Path root) throws IOException {
    if (Files.exists(root)) {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(root)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.delete(path);
      }
    }
  }

  private static UncheckedIOException unwritable(Path file, IOException e) {
    return FileFailure.of(file, "cannot be written", e);
  }
}
