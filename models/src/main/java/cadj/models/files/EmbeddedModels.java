package cadj.models.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Models that are part of the program, as resources.
public final class EmbeddedModels {
  /// Their names.
  public static final List<String> NAMES = List.of("fashion");

  private EmbeddedModels() {}

  /// The folder of the model called `name`, in the program's own jar or class folder.
  public static Optional<Path> find(String name) {
    if (!NAMES.contains(name)) {
      return Optional.empty();
    }
    URL index = EmbeddedModels.class.getResource("/cadj/models/" + name + "/model_index.json");
    if (index == null) {
      throw new IllegalStateException("the embedded model " + name + " is missing from this build");
    }
    try {
      URI uri = index.toURI();
      if (uri.getScheme().equals("jar")) {
        mount(uri);
      }
      return Optional.ofNullable(Path.of(uri).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("unusable resource " + index, e);
    }
  }

  /// Opens the jar as a file system, which stays open as long as the program runs.
  private static void mount(URI jar) {
    try {
      FileSystems.newFileSystem(jar, Map.of());
    } catch (FileSystemAlreadyExistsException again) {
      return; // opened by an earlier call
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
