package cadj.kernels.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A library in this process, for as long as it lives.
///
/// Once a library is loaded, whoever needs one of that name (`libcublas.so.12`: JCuda's natives;
/// cuBLAS itself, of its `libcublasLt.so.12`) gets this one, wherever it lay.
///
/// @param name the file's name, with the version that programs are linked to
record SharedLibrary(String name, SymbolLookup symbols) {
  private static final Path MAPPED = Path.of("/proc/self/maps");

  /// One that is loaded already, or that the system's loader finds by its name (`LD_LIBRARY_PATH`,
  /// `ldconfig`).
  @SuppressWarnings("restricted")
  static Optional<SharedLibrary> byName(String name) {
    try {
      return Optional.of(new SharedLibrary(name, SymbolLookup.libraryLookup(name, Arena.global())));
    } catch (IllegalArgumentException notThere) {
      return Optional.empty();
    }
  }

  /// One that lies in `folder`.
  ///
  /// @param needed what it needs and may lie beside it
  /// @throws UnsatisfiedLinkError with the loader's words, if it is there and does not load
  @SuppressWarnings("restricted")
  static Optional<SharedLibrary> in(Path folder, String name, String... needed) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    for (String other : needed) {
      if (byName(other).isEmpty() && Files.exists(folder.resolve(other))) {
        System.load(folder.resolve(other).toAbsolutePath().toString());
      }
    }
    System.load(file.toAbsolutePath().toString());
    return byName(name);
  }

  /// The file that it has been loaded from, links followed; or its name, if the system does not
  /// tell.
  String origin() {
    try (Stream<String> lines = Files.lines(MAPPED)) {
      return lines
          .map(line -> line.indexOf('/') < 0 ? "" : line.substring(line.indexOf('/')))
          .filter(path -> path.contains("/" + name))
          .findFirst()
          .orElse(name);
    } catch (IOException | UncheckedIOException e) {
      return name;
    }
  }
}
