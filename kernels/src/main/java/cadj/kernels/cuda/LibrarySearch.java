package cadj.kernels.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Where NVIDIA's libraries are looked for, in this order:
///
/// - folders that `CADJ_CUDA_PATH` names, separated by `:`, and below each the places where CUDA's
///   installer, Conda and pip (`nvidia/*/lib` in `site-packages`) put libraries;
/// - what this process has loaded already, and the system's loader (`LD_LIBRARY_PATH`, `ldconfig`);
/// - the same places below `CUDA_HOME`, `CUDA_PATH`, `CONDA_PREFIX` and `VIRTUAL_ENV`;
/// - `/usr/local/cuda` and its versions, the newest first, and the distributions' folders.
///
/// @param root `/`, but for tests
record LibrarySearch(Path root, Map<String, String> environment) {
  private static final List<String> BELOW =
      List.of(
          "",
          "lib64",
          "lib",
          "targets/x86_64-linux/lib",
          "nvidia/*/lib",
          "lib/python3*/site-packages/nvidia/*/lib",
          "*/lib");

  private static final List<String> INSTALLED =
      List.of(
          "usr/local/cuda/lib64",
          "usr/local/cuda-*/lib64",
          "usr/local/cuda-*/targets/x86_64-linux/lib",
          "opt/cuda/lib64",
          "usr/lib/x86_64-linux-gnu",
          "usr/lib64");

  static LibrarySearch ofThisMachine() {
    return new LibrarySearch(Path.of("/"), System.getenv());
  }

  /// @param needed what the library needs and may lie beside it
  /// @param troubles where it is told that there is none, or why it does not load
  Optional<SharedLibrary> find(String name, List<String> troubles, String... needed) {
    try {
      Optional<SharedLibrary> found =
          in(named("CADJ_CUDA_PATH"), name, needed)
              .or(() -> SharedLibrary.byName(name))
              .or(() -> in(usual(), name, needed));
      if (found.isEmpty()) {
        troubles.add(name + " not found");
      }
      return found;
    } catch (UnsatisfiedLinkError e) {
      troubles.add(JCudaLibrary.inShort(e));
      return Optional.empty();
    }
  }

  private static Optional<SharedLibrary> in(List<Path> folders, String name, String... needed) {
    UnsatisfiedLinkError broken = null;
    for (Path folder : folders) {
      try {
        Optional<SharedLibrary> found = SharedLibrary.in(folder, name, needed);
        if (found.isPresent()) {
          return found;
        }
      } catch (UnsatisfiedLinkError e) { // one that works may lie in the next
        broken = e;
      }
    }
    if (broken != null) {
      throw broken;
    }
    return Optional.empty();
  }

  /// Folders that an environment variable names, and those below them.
  List<Path> named(String variable) {
    List<Path> folders = new ArrayList<>();
    for (String named : environment.getOrDefault(variable, "").split(":", -1)) {
      if (!named.isBlank()) {
        BELOW.forEach(below -> folders.addAll(expand(Path.of(named), below)));
      }
    }
    return folders;
  }

  /// Folders that are looked into after the loader's.
  List<Path> usual() {
    List<Path> folders = new ArrayList<>();
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH", "CONDA_PREFIX", "VIRTUAL_ENV")) {
      folders.addAll(named(variable));
    }
    INSTALLED.forEach(place -> folders.addAll(expand(root, place)));
    return folders;
  }

  /// Those of `pattern` that there are, from the highest version down.
  private static List<Path> expand(Path folder, String pattern) {
    List<Path> found = List.of(folder);
    for (String part : pattern.split("/", -1)) {
      found = found.stream().flatMap(it -> within(it, part).stream()).toList();
    }
    return found;
  }

  private static List<Path> within(Path folder, String part) {
    if (!Files.isDirectory(folder.resolve(part.contains("*") ? "" : part))) {
      return List.of();
    }
    if (!part.contains("*")) {
      return List.of(folder.resolve(part));
    }
    String start = part.substring(0, part.indexOf('*'));
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(it -> it.getFileName().toString().startsWith(start))
          .filter(Files::isDirectory)
          .sorted(Comparator.<Path>naturalOrder().reversed())
          .toList();
    } catch (IOException | UncheckedIOException unreadable) {
      return List.of();
    }
  }
}
