package cadj.cad.profile;

import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxModule.SourceLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A kernel's counts by lines of CUDA, and the text of these lines where the files are found.
///
/// @param counts by line, files in order
/// @param texts lines of each file that was found
public record SourceListing(
    Map<SourceLine, KernelProfile.Line> counts, Map<String, List<String>> texts) {
  /// Nothing is known of where the PTX comes from.
  public static final SourceListing NONE = new SourceListing(Map.of(), Map.of());

  /// @param folder of the PTX; files are looked for by the path the PTX gives, taken from there,
  ///   and beside it
  public static SourceListing of(KernelProfile profile, PtxModule module, Path folder) {
    Map<SourceLine, KernelProfile.Line> counts = profile.sourceLines(module);
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (SourceLine line : counts.keySet()) {
      if (!texts.containsKey(line.file())) {
        texts.put(line.file(), text(line.file(), folder));
      }
    }
    texts.values().removeIf(List::isEmpty);
    return new SourceListing(counts, texts);
  }

  private static List<String> text(String name, Path folder) {
    try {
      Path path = Path.of(name);
      for (Path there : List.of(folder.resolve(path), folder.resolve(path.getFileName()))) {
        if (Files.isRegularFile(there)) {
          return new String(Files.readAllBytes(there), StandardCharsets.UTF_8).lines().toList();
        }
      }
    } catch (InvalidPathException | IOException e) {
      // shown without its text
    }
    return List.of();
  }

  /// The text of a line, or nothing where the file was not found.
  String text(SourceLine line) {
    List<String> all = texts.getOrDefault(line.file(), List.of());
    return line.line() <= all.size() ? all.get(line.line() - 1) : "";
  }

  /// Such as `saxpy.cu:5`.
  static String place(SourceLine line) {
    return line.file().replaceFirst(".*[/\\\\]", "") + ":" + line.line();
  }
}
