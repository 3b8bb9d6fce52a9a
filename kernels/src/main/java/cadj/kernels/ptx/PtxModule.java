package cadj.kernels.ptx;

import cadj.kernels.device.PtxSource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// One PTX file.
///
/// @param source the text, to which instructions' lines refer
/// @param version of the language, 10·major + minor
/// @param target architecture, 80 for sm_80
/// @param variables of module scope: `.const`, `.global`, and `.shared`, `extern` or not
/// @param kernels the `.entry` functions by name, in the file's order; calls of the file's `.func`s
///   are expanded in place
/// @param functions names of the `.func`s whose addresses are taken, in order
/// @param sourceLines by line of PTX that they hold from on (`.loc`); an empty name ends one
public record PtxModule(
    PtxSource source,
    int version,
    int target,
    List<PtxVariable> variables,
    Map<String, PtxKernel> kernels,
    List<String> functions,
    NavigableMap<Integer, SourceLine> sourceLines) {
  /// A line of what the PTX was compiled from.
  ///
  /// @param file as the compiler was given it
  /// @param line from 1
  public record SourceLine(String file, int line) {}

  /// Of an instruction on that line of PTX, or null if the file does not say.
  public @Nullable SourceLine sourceLine(int line) {
    Map.Entry<Integer, SourceLine> found = sourceLines.floorEntry(line);
    return found == null || found.getValue().file.isEmpty() ? null : found.getValue();
  }
}
