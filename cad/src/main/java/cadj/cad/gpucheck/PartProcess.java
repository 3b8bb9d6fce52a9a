package cadj.cad.gpucheck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs this program once more, with other arguments, and takes down what it says.
public final class PartProcess {
  private PartProcess() {}

  /// What came of it.
  ///
  /// @param text standard output and errors
  /// @param ended how it ended, empty if well
  public record Outcome(String text, String ended, Duration time) {}

  /// @param mainClass of the program
  /// @param most time it is given
  public static Outcome run(Class<?> mainClass, List<String> arguments, Duration most) {
    long start = System.nanoTime();
    Process process = start(mainClass, arguments);
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      CompletableFuture<String> text =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      boolean done = process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
      if (!done) {
        process.destroyForcibly().waitFor();
      }
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      return new Outcome(text.join(), ended(process, done, most), time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(killer);
    }
  }

  private static String ended(Process process, boolean done, Duration most) {
    if (!done) {
      return "was stopped after %d s".formatted(most.toSeconds());
    }
    return process.exitValue() == 0 ? "" : "ended with code " + process.exitValue();
  }

  private static Process start(Class<?> mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass.getName());
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replaceFirst("WARNING: Using incubator modules: .*\\R", "");
    } catch (IOException e) {
      return "(its output was lost: %s)%n".formatted(e.getMessage());
    }
  }
}
