package cadj.kernels.ptxfile;

import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.run.DeviceMemory;
import cadj.kernels.emulator.translate.LoadedModule;
import cadj.kernels.ptx.PtxException;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxParser;
import cadj.kernels.ptx.PtxVariable;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A PTX file and its entries.
///
/// @param module the parsed text
public record PtxFile(PtxModule module) {
  /// @param name in messages
  /// @throws PtxException naming file and line, if the text is no PTX or has what is not supported
  public static PtxFile of(String name, String text) {
    return new PtxFile(PtxParser.parse(PtxSource.of(name, text)));
  }

  public PtxSource source() {
    return module.source();
  }

  private String name() {
    return source().name();
  }

  /// The entry of that name, or the only one if null.
  ///
  /// @throws IllegalArgumentException listing all there are
  public PtxKernel entry(@Nullable String wanted) {
    if (module.kernels().isEmpty()) {
      throw new IllegalArgumentException(name() + ": no .entry in this file");
    }
    PtxKernel found =
        wanted == null && module.kernels().size() == 1
            ? module.kernels().values().iterator().next()
            : module.kernels().get(wanted == null ? "" : wanted);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s: --entry: expected one of %s, found %s"
              .formatted(
                  name(),
                  String.join(", ", module.kernels().keySet()),
                  wanted == null ? "none" : wanted));
    }
    return found;
  }

  /// An entry with what it takes, such as `saxpy(.u32 n, .f32 a, .u64 x, .u64 y)`.
  public static String signature(PtxKernel entry) {
    return entry.parameters().stream()
        .map(PtxFile::declared)
        .collect(Collectors.joining(", ", entry.name() + "(", ")"));
  }

  static String declared(PtxVariable it) {
    return "%s %s%s"
        .formatted(it.type().text(), it.name(), it.count() == 1 ? "" : "[" + it.count() + "]");
  }

  /// Why the emulator cannot run an entry, with the line, if it cannot.
  public Optional<String> refusal(PtxKernel entry) {
    DeviceMemory memory = new DeviceMemory(false);
    try (Arena arena = Arena.ofConfined()) {
      LoadedModule unused = new LoadedModule(module, memory, arena, false, false, 0);
      unused.kernel(entry.name());
      return Optional.empty();
    } catch (PtxException e) {
      return Optional.of(e.getMessage());
    } finally {
      memory.freeAll();
    }
  }
}
