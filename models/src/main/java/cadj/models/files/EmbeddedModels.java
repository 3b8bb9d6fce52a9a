package cadj.models.files;

import static java.util.Objects.requireNonNull;

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
    return Optional.of(folderOf(name + "/model_index.json"));
  }

  /// The folder of a tokenizer with CLIP's vocabulary, as Stable Diffusion 1 is published with it,
  /// and XL's first encoder.
  public static Path clipTokenizer() {
    return folderOf("clip-vocabulary/tokenizer/tokenizer_config.json");
  }

  /// The same, padding with `!` as Stable Diffusion 2 does, and XL's second encoder.
  public static Path clipTokenizer2() {
    return folderOf("clip-vocabulary/tokenizer_2/tokenizer_config.json");
  }

  private static Path folderOf(String name) {
    URL url = EmbeddedModels.class.getResource("/cadj/models/" + name);
    if (url == null) {
      throw new IllegalStateException(name + " is missing from this build");
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        mount(uri);
      }
      return requireNonNull(Path.of(uri).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("unusable resource " + url, e);
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
