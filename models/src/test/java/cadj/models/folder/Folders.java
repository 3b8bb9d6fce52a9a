package cadj.models.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Copies of model folders, for tests to damage.
public final class Folders {
  private static final List<String> NO_PARTS = List.of("expected", "variants");

  private Folders() {}

  /// Copies the parts of `model` into the new folder `to`, and returns it.
  public static Path copy(Path model, Path to) {
    try (Stream<Path> all = Files.walk(model)) {
      for (Path from : all.toList()) {
        Path relative = model.relativize(from);
        if (!NO_PARTS.contains(relative.getName(0).toString())) {
          Files.createDirectories(to.resolve(relative).getParent());
          Files.copy(from, to.resolve(relative));
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
