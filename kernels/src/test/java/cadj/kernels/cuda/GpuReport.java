package cadj.kernels.cuda;

import cadj.kernels.twins.TestGpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// Writes down the outcome of every test, and what tests add, in the file of `-Dcadj.gpu.report`:
/// what a person with a GPU sends back. The Maven profile `gpu` has JUnit find and use it.
public final class GpuReport implements TestWatcher {
  private static final String FILE = System.getProperty("cadj.gpu.report");

  static {
    begin();
    add("cadj on %s".formatted(TestGpu.KIND));
    add(
        "%s %s, Java %s, %d processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors()));
  }

  private static void begin() {
    if (FILE != null) {
      try {
        Files.deleteIfExists(Path.of(FILE));
      } catch (IOException e) {
        throw new UncheckedIOException(FILE, e);
      }
    }
  }

  /// Does nothing where no report is asked for.
  static synchronized void add(String line) {
    if (FILE == null) {
      return;
    }
    try {
      Path file = Path.of(FILE);
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }

  @Override
  public void testSuccessful(ExtensionContext test) {
    add("passed  " + name(test));
  }

  @Override
  public void testFailed(ExtensionContext test, Throwable cause) {
    add("FAILED  %s: %s".formatted(name(test), cause));
  }

  @Override
  public void testAborted(ExtensionContext test, Throwable cause) {
    add("skipped %s: %s".formatted(name(test), cause.getMessage()));
  }

  @Override
  public void testDisabled(ExtensionContext test, Optional<String> reason) {
    add("skipped %s: %s".formatted(name(test), reason.orElse("")));
  }

  private static String name(ExtensionContext test) {
    String method = test.getTestMethod().map(it -> it.getName()).orElse("");
    String display = test.getDisplayName();
    String type = test.getRequiredTestClass().getSimpleName();
    return display.startsWith(method)
        ? "%s.%s".formatted(type, method)
        : "%s.%s %s".formatted(type, method, display);
  }
}
