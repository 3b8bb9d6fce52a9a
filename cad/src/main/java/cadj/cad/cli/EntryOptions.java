package cadj.cad.cli;

import cadj.cad.ptx.ArgumentText;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.ptxfile.EntryRun;
import cadj.kernels.ptxfile.PtxFile;
import cadj.tensor.file.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which entry of a PTX file to launch, and how.
final class EntryOptions {
  private static final long LARGEST_FILE = 256L << 20;

  @Option(
      names = "--entry",
      paramLabel = "NAME",
      description = "The .entry of the PTX file to launch (default: the only one).")
  private @Nullable String entry;

  @Option(
      names = "--grid",
      paramLabel = "X[,Y[,Z]]",
      description = "Blocks of the grid (default: 1).")
  private @Nullable String grid;

  @Option(
      names = "--block",
      paramLabel = "X[,Y[,Z]]",
      description = "Threads of a block (default: 1).")
  private @Nullable String block;

  @Option(
      names = "--shared",
      paramLabel = "BYTES",
      description = "Dynamic shared memory of a block (default: 0).")
  private @Nullable Integer shared;

  @Option(
      names = "--arg",
      paramLabel = "TYPE=VALUE",
      description = {
        "An argument; repeat for each, in the order of the entry's parameters. A number: i32=8,"
            + " f32=0.5. An array on the device: f32[1024]=random:7 (from -1 to 1, integers from 0"
            + " to 99), random:7:0:256 (from 0 to below 256), zeros, range, empty (nobody has"
            + " written it), a list of numbers, or FILE.safetensors:KEY. A struct passed by value:"
            + " bytes=HEX. Types: f64 f32 f16 bf16, i64 to i8, u64 to u8."
      })
  private @Nullable List<String> arguments;

  /// Whether any is given.
  boolean areGiven() {
    return entry != null || grid != null || block != null || shared != null || arguments != null;
  }

  /// Whether nothing is said of a launch.
  boolean launchNothing() {
    return grid == null && block == null && shared == null && arguments == null;
  }

  @Nullable String entry() {
    return entry;
  }

  /// The launch of `file`'s entry that the options ask for.
  EntryRun run(PtxFile file) {
    int[] blocks = sizes("--grid", grid);
    int[] threads = sizes("--block", block);
    LaunchShape shape =
        new LaunchShape(
            blocks[0],
            blocks[1],
            blocks[2],
            threads[0],
            threads[1],
            threads[2],
            shared == null ? 0 : shared);
    return new EntryRun(
        file,
        file.entry(entry),
        shape,
        arguments == null ? List.of() : arguments.stream().map(ArgumentText::parse).toList());
  }

  private static int[] sizes(String option, @Nullable String text) {
    int[] sizes = {1, 1, 1};
    String[] parts = text == null ? new String[0] : text.split(",", -1);
    try {
      if (parts.length > sizes.length) {
        throw new NumberFormatException();
      }
      for (int i = 0; i < parts.length; i++) {
        sizes[i] = Integer.parseInt(parts[i].strip());
      }
      return sizes;
    } catch (NumberFormatException e) {
      throw new CommandFailure(
          "%s: expected one to three sizes such as 8,4, found %s".formatted(option, text));
    }
  }

  static PtxFile read(Path path) {
    try {
      if (Files.size(path) > LARGEST_FILE) {
        throw new CommandFailure(
            "%s: expected PTX of at most %d MiB, found %d"
                .formatted(path, LARGEST_FILE >> 20, Files.size(path) >> 20));
      }
      return PtxFile.of(path.getFileName().toString(), Files.readString(path));
    } catch (IOException e) {
      throw FileFailure.of(path, "cannot be read as PTX", e);
    }
  }

  /// The lines that list a file's entries.
  static List<String> listing(PtxFile file) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: PTX %d.%d for sm_%d, entries: %d"
            .formatted(
                file.source().name(),
                file.module().version() / 10,
                file.module().version() % 10,
                file.module().target(),
                file.module().kernels().size()));
    file.module()
        .kernels()
        .values()
        .forEach(
            it -> {
              lines.add("  " + PtxFile.signature(it));
              file.refusal(it).ifPresent(why -> lines.add("    cannot run here: " + why));
            });
    return lines;
  }
}
