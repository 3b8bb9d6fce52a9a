package cadj.kernels.compiler;

import cadj.kernels.device.PtxSource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// `ptxas` of a CUDA toolkit, found on the PATH: newer ones compile for newer GPUs.
final class PtxasProgram implements PtxCompiler {
  private final Path program;

  private PtxasProgram(Path program) {
    this.program = program;
  }

  static Optional<PtxCompiler> of(Architecture machine) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, "ptxas");
      if (!folder.isEmpty() && Files.isExecutable(program)) {
        PtxasProgram found = new PtxasProgram(program);
        return found.knows(machine) ? Optional.of(found) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean knows(Architecture machine) {
    return run("--help").output.contains("'" + machine.text() + "'");
  }

  @Override
  public Map<String, CompiledKernel> compile(PtxSource source, Architecture machine) {
    try {
      Path file = Files.createTempFile("cadj", ".ptx");
      try {
        Files.writeString(file, source.text());
        Finished finished =
            run("-v", "-arch=" + machine.text(), file.toString(), "-o", "/dev/null");
        if (finished.exit != 0) {
          throw CompilerLog.failure(source, machine, finished.output);
        }
        return CompilerLog.kernels(finished.output);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Finished run(String... arguments) {
    try {
      String[] command = new String[arguments.length + 1];
      command[0] = program.toString();
      System.arraycopy(arguments, 0, command, 1, arguments.length);
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Finished(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(program.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(program + ": interrupted", e);
    }
  }

  private record Finished(int exit, String output) {}
}
