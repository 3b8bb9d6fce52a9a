package cadj.cad.gpucheck;

import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.Gpu;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/// One part of the check.
public enum CheckPart {
  DEVICE("driver, card, libraries", 30) {
    @Override
    void run(Gpu gpu, PrintWriter out) {
      out.printf("capability       sm_%d%n", gpu.driver().capability());
      out.printf("multiprocessors  %d%n", gpu.driver().multiprocessors());
      out.printf("free memory      %.1f GB%n", gpu.driver().freeBytes() / 1e9);
      out.printf("shared memory    %d bytes a block%n", gpu.driver().sharedBytesPerBlock());
      out.printf("precision        %s%n", gpu.precision());
    }
  },
  KERNELS("every kernel beside the emulated device, and twice for equal bits", 150) {
    @Override
    void run(Gpu gpu, PrintWriter out) {
      new KernelAgreement(gpu, out).run();
    }
  },
  TIMES("the card's peaks, and the time of every kernel", 150) {
    @Override
    void run(Gpu gpu, PrintWriter out) {
      new KernelTimes(gpu, out).run();
    }
  },
  SHAPES(
      "every product and convolution of Stable Diffusion 1.4 and XL, by libraries and own"
          + " kernels",
      120) {
    @Override
    void run(Gpu gpu, PrintWriter out) {
      new LibraryShapes(gpu, out).run();
    }
  },
  UNET(
      "Stable Diffusion 1.4's UNet with random weights: forward, and forward with all gradients",
      90) {
    @Override
    void run(Gpu gpu, PrintWriter out) {
      new UNetTimes(gpu, out).run();
    }
  },
  PICTURE("fashion's picture beside the processor's, and twice for equal bits", 60) {
    @Override
    void run(Gpu gpu, PrintWriter out) {
      new PictureAgreement(gpu, out).run();
    }
  };

  private final String title;
  private final int seconds;

  /// @param seconds it may take; all of them ten minutes
  CheckPart(String title, int seconds) {
    this.title = title;
    this.seconds = seconds;
  }

  /// How long it may take.
  public Duration most() {
    return Duration.ofSeconds(seconds);
  }

  /// What it shows.
  public String title() {
    return title;
  }

  abstract void run(Gpu gpu, PrintWriter out);

  /// Runs it here, on the chosen device.
  ///
  /// @throws IllegalArgumentException if that is the processor
  public void run(DeviceChoice choice, PrintWriter out) {
    if (!(choice.device() instanceof Gpu gpu)) {
      throw new IllegalArgumentException(
          "gpu-check: %s; --device emulated tries the check itself without a card"
              .formatted(choice.reason()));
    }
    out.println(choice.reason());
    run(gpu, out);
    out.flush();
  }

  /// Its name in small letters.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
