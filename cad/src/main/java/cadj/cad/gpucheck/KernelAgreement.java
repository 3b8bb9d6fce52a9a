package cadj.cad.gpucheck;

import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.profiler.Agreement;
import cadj.kernels.profiler.Example;
import java.io.PrintWriter;
import java.util.Arrays;

/// Every kernel's example on the card beside the emulated device, at the sizes it has and at others
/// that do not fill its tiles.
final class KernelAgreement {
  /// Sizes from this on are changed for the second run; smaller ones count groups or taps.
  private static final int LARGE = 32;

  private final Gpu gpu;
  private final PrintWriter out;
  private int good;
  private int bad;

  KernelAgreement(Gpu gpu, PrintWriter out) {
    this.gpu = gpu;
    this.out = out;
  }

  void run() {
    for (Example example : CheckSize.of(gpu).examples()) {
      int[] usual = example.sizes("");
      compare(example, usual);
      int[] odd = Arrays.stream(usual).map(size -> size < LARGE ? size : size / 2 + 3).toArray();
      if (!Arrays.equals(odd, usual)) {
        compare(example, odd);
      }
    }
    out.printf("%d of %d runs agree%n", good, good + bad);
  }

  private void compare(Example example, int[] sizes) {
    String name = "%s with %s".formatted(example.name(), example.words(sizes));
    try {
      Agreement found = Agreement.of(example, sizes, gpu.driver(), Device.host());
      good += found.isGood() ? 1 : 0;
      bad += found.isGood() ? 0 : 1;
      out.printf(
          "%-4s %-60s differs by %.1e of the largest (%.0e allowed)%s%n",
          found.isGood() ? "ok" : "BAD",
          name,
          found.error(),
          found.allowed(),
          found.sameBits() ? "" : ", OTHER BITS the second time");
    } catch (IllegalArgumentException e) {
      out.printf("--   %-60s not such sizes: %s%n", name, e.getMessage());
    } catch (RuntimeException e) { // of the driver, mostly: the others are tried all the same
      bad++;
      out.printf("BAD  %-60s %s%n", name, e.getMessage());
    }
    out.flush(); // what comes next may end the process
  }
}
