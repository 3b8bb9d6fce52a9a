package cadj.cad.gpucheck;

import cadj.kernels.device.BorrowedDriver;
import cadj.kernels.device.Device;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.models.denoiser.CapturedDenoiser;
import cadj.models.original.Family;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/// Times of passes through Stable Diffusion 1.4's UNet at 64×64 latents, as the device counts them
/// beside those on the wall, in PyTorch's usual precision and with TF32 products.
final class UNetTimes {
  private static final int BATCH = 2;
  private static final int WARM_UPS = 3;
  private static final int TIMES = 5;

  private final Gpu gpu;
  private final PrintWriter out;

  UNetTimes(Gpu gpu, PrintWriter out) {
    this.gpu = gpu;
    this.out = out;
  }

  void run() {
    if (CheckSize.of(gpu) == CheckSize.TOY) {
      out.println("not on the emulated device: a pass would take hours");
      return;
    }
    for (MatmulPrecision products : List.of(MatmulPrecision.HIGHEST, MatmulPrecision.HIGH)) {
      Gpu on =
          new Gpu(
              new BorrowedDriver(gpu.driver()),
              gpu.blas(),
              gpu.dnn(),
              new Precision(products, true));
      Device.with(
          on,
          () -> {
            PublishedPasses passes = PublishedPasses.random(Family.SD1, BATCH);
            line(on, "forward, batch 2", passes::forward);
            try (CapturedDenoiser captured = passes.captured()) {
              line(on, "the same as a graph", () -> passes.forward(captured));
              out.println(
                  captured.isRecorded()
                      ? "the graph was recorded"
                      : "NO GRAPH: " + captured.refusal());
            }
            line(on, "forward and all gradients, batch 2", passes::scored);
            return on;
          });
      System.gc(); // the weights are the collector's
      on.pool().trim();
    }
  }

  private void line(Gpu on, String what, Runnable pass) {
    try {
      time(on, what, pass);
    } catch (DeviceOutOfMemoryException e) {
      out.printf("%-36s %-40s not enough memory: %s%n", what, on.precision(), e.getMessage());
    }
    out.flush();
  }

  private void time(Gpu on, String what, Runnable pass) {
    double[] device = new double[TIMES];
    double[] wall = new double[TIMES];
    Driver driver = on.driver();
    for (int i = -WARM_UPS; i < TIMES; i++) {
      long start = System.nanoTime();
      double milliseconds = driver.milliseconds(pass);
      if (i >= 0) {
        wall[i] = (System.nanoTime() - start) * 1e-6;
        device[i] = milliseconds;
      }
    }
    out.printf(
        "%-36s %-40s device %8.2f ms, wall %8.2f ms (medians of %d), peak memory %.2f GB%n",
        what, on.precision(), median(device), median(wall), TIMES, on.pool().peakBytes() / 1e9);
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
