package cadj.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// cuBLAS and cuDNN out of a jar, for machines that have NVIDIA's driver and nothing else: the
/// profile `cuda-redist` puts `org.bytedeco:cuda`, classifier `linux-x86_64-redist`, on the class
/// path.
///
/// A library that is loaded already is not looked for again when another needs it by its name. So
/// these are loaded by path before JCuda's, which need them.
final class RedistributedLibraries {
  private static final String FOLDER = "org/bytedeco/cuda/linux-x86_64/";

  /// Each after those it needs, as far as known. What others open by themselves lies beside them.
  private static final List<String> NAMES =
      List.of(
          "libcudart.so.12",
          "libcublasLt.so.12",
          "libcublas.so.12",
          "libnvrtc-builtins.so.12.6",
          "libnvrtc.so.12",
          "libcudnn_graph.so.9",
          "libcudnn_ops.so.9",
          "libcudnn_heuristic.so.9",
          "libcudnn_engines_precompiled.so.9",
          "libcudnn_engines_runtime_compiled.so.9",
          "libcudnn_cnn.so.9",
          "libcudnn_adv.so.9",
          "libcudnn.so.9");

  private final ClassLoader jars;
  private final Path folder;

  /// @param folder where libraries are unpacked, once for all programs to come
  RedistributedLibraries(ClassLoader jars, Path folder) {
    this.jars = jars;
    this.folder = folder;
  }

  /// From this program's class path, unpacked in the user's cache.
  static RedistributedLibraries onClassPath() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path caches =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return new RedistributedLibraries(
        RedistributedLibraries.class.getClassLoader(), caches.resolve("cadj").resolve("cuda"));
  }

  /// Loads those that there are.
  ///
  /// @return whether there were any
  boolean load() throws IOException {
    List<Path> unpacked = new ArrayList<>();
    for (String name : NAMES) {
      URL resource = jars.getResource(FOLDER + name);
      if (resource != null) {
        unpacked.add(unpack(resource, folder.resolve(name)));
      }
    }
    loadAll(unpacked);
    return !unpacked.isEmpty();
  }

  /// Of another size than in the jar, the file is of another version, or was not finished.
  private static Path unpack(URL resource, Path file) throws IOException {
    URLConnection packed = resource.openConnection();
    try (InputStream in = packed.getInputStream()) {
      if (!Files.exists(file) || Files.size(file) != packed.getContentLengthLong()) {
        Files.createDirectories(file.getParent());
        Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        try {
          Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
    }
    return file.toAbsolutePath();
  }

  /// Libraries that need one further down are tried again after it: what needs what changes from
  /// version to version.
  @SuppressWarnings("restricted")
  private static void loadAll(List<Path> libraries) {
    List<Path> left = libraries;
    while (!left.isEmpty()) {
      List<Path> failed = new ArrayList<>();
      UnsatisfiedLinkError why = null;
      for (Path library : left) {
        try {
          System.load(library.toString());
        } catch (UnsatisfiedLinkError e) {
          failed.add(library);
          why = e;
        }
      }
      if (why != null && failed.size() == left.size()) {
        throw why;
      }
      left = failed;
    }
  }
}
