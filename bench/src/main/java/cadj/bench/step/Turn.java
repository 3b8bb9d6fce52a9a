package cadj.bench.step;

import cadj.bench.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A program that does for us what `unet_torch.py time --rounds 1` or `sd3_torch.py` does for
/// PyTorch: each step, then a line of JSON.
///
/// Before that it works on small latents, so that what is measured is compiled; and each step
/// follows others of its kind for a few seconds. (PyTorch, which compiles nothing, gets one.)
public final class Turn {
  /// The argument that says which model.
  public static final String UNET = "unet";

  public static final String SD3 = "sd3";

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP_SIDE = 16;
  private static final double WARM_UP_SECONDS = 10;
  private static final double REPEAT_SECONDS = 3;

  private Turn() {}

  public static void main(String... args) {
    if (args.length != 2
        || !List.of(UNET, SD3).contains(args[0])
        || !args[1].matches("--latents=[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "expected unet or sd3, and --latents=SIDE, got " + String.join(" ", args));
    }
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // numbers look alike everywhere
    int side = Integer.parseInt(args[1].replaceAll("\\D", ""));
    SizedModel model = args[0].equals(UNET) ? new StableDiffusion() : new StableDiffusion3();
    Workload erase = EraseStep.of(model, WARM_UP_SIDE);
    long start = System.nanoTime();
    while ((System.nanoTime() - start) * 1e-9 < WARM_UP_SECONDS) {
      erase.run();
    }
    String forward2 =
        args[0].equals(UNET)
            ? "\"forward2\": %.3f, ".formatted(warm(DenoiserForward.of(model, 2, side)))
            : "";
    String line =
        "{%s\"forward1\": %.3f, \"erase_sparing\": %.3f, \"peak_gib_sparing\": %.2f}"
            .formatted(
                forward2,
                warm(DenoiserForward.of(model, 1, side)),
                warm(EraseStep.of(model, side)),
                peakGib());
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(line);
  }

  private static double warm(Workload workload) {
    long start = System.nanoTime();
    do {
      workload.run();
    } while ((System.nanoTime() - start) * 1e-9 < REPEAT_SECONDS);
    return seconds(workload);
  }

  private static double seconds(Workload workload) {
    long start = System.nanoTime();
    workload.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  /// The largest memory that this process had, or 0, where the system does not tell.
  private static double peakGib() {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / (1 << 20))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
