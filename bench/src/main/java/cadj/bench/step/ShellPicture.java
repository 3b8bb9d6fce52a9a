package cadj.bench.step;

import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The same picture by `cadj generate`, from the command to the file: what a user waits for.
///
/// @param launcher the script `cadj`
public record ShellPicture(Path launcher) implements Workload {
  @Override
  public void run() {
    try {
      Path picture = Files.createTempFile("cadj-bench", ".png");
      int code =
          new ProcessBuilder(
                  launcher.toString(),
                  "generate",
                  "--quiet",
                  "--prompt",
                  "a photo of a sneaker",
                  "--out",
                  picture.toString())
              .inheritIO()
              .start()
              .waitFor();
      long size = Files.size(picture);
      Files.delete(picture);
      if (code != 0 || size == 0) {
        throw new IllegalStateException("%s generate failed with %d".formatted(launcher, code));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while drawing", e);
    }
  }

  @Override
  public List<F32> results() {
    return List.of();
  }
}
