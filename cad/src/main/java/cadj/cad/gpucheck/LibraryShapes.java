package cadj.cad.gpucheck;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.BorrowedDriver;
import cadj.kernels.device.Device;
import cadj.kernels.device.Dnn.Sizes;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.DryDriver;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RecordingListener;
import cadj.kernels.record.Work;
import cadj.models.original.Family;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/// Every product and convolution that a forward pass with all gradients of Stable Diffusion 1.4's
/// and XL's UNets asks for: what the libraries say to it, which algorithm they take, and the times
/// of libraries and own kernels.
final class LibraryShapes {
  private static final int TIMES = 5;
  private static final long ROOM = 1L << 40;

  /// Products and convolutions that the emulated device tries, the smallest.
  private static final int TOY = 2;

  private final Gpu gpu;
  private final PrintWriter out;
  private final Gpu own;
  private final long most;
  private final int times;

  LibraryShapes(Gpu gpu, PrintWriter out) {
    this.gpu = gpu;
    this.out = out;
    this.own = new Gpu(new BorrowedDriver(gpu.driver()), null, null, gpu.precision());
    boolean isToy = CheckSize.of(gpu) == CheckSize.TOY;
    this.most = isToy ? TOY : Long.MAX_VALUE;
    this.times = isToy ? 1 : TIMES;
  }

  void run() {
    for (Family family : List.of(Family.SD1, Family.SDXL)) {
      ShapeSpy asked = asked(family);
      out.printf(
          "%s, one sample, forward and all gradients: %d kinds of products, %d of convolutions%n",
          family, asked.products().size(), asked.convolutions().size());
      out.printf(
          "%5s  %-64s %12s %12s  %s%n", "times", "shape", "library ms", "own ms", "algorithm");
      asked.products().entrySet().stream()
          .sorted(Comparator.comparingLong(it -> terms(it.getKey())))
          .limit(most)
          .forEach(it -> product(it.getKey(), it.getValue()));
      asked.convolutions().entrySet().stream()
          .sorted(Comparator.comparingLong(it -> terms(it.getKey().sizes())))
          .limit(most)
          .forEach(it -> convolution(it.getKey(), it.getValue()));
    }
    own.close();
  }

  private static long terms(GemmShape s) {
    return (long) s.batch() * s.m() * s.n() * s.k();
  }

  private static long terms(Sizes s) {
    return (long) s.n() * s.ho() * s.wo() * s.co() * s.ci() * s.kh() * s.kw() / s.groups();
  }

  private static ShapeSpy asked(Family family) {
    ShapeSpy spy = new ShapeSpy();
    try (Gpu dry = new Gpu(new DryDriver(ROOM), spy, spy, Precision.FULL)) {
      Device.with(
          dry,
          () -> {
            PublishedPasses.hollow(family, 1).scored();
            return spy;
          });
    }
    return spy;
  }

  private void product(GemmShape s, int times) {
    line(
        times,
        s.sizes(),
        on -> {
          GpuF32 a =
              filled(on, extent(s.batch(), s.strideA(), s.transA() ? s.k() : s.m(), s.lda()));
          GpuF32 b =
              filled(on, extent(s.batch(), s.strideB(), s.transB() ? s.n() : s.k(), s.ldb()));
          GpuF32 c = filled(on, extent(s.batch(), s.strideC(), s.m(), s.ldc()));
          return new Call(() -> GemmKernel.on(on, c).multiply(s, c, a, b, null), List.of(a, b, c));
        });
  }

  private static int extent(int batch, int stride, int rows, int pitch) {
    return Math.max((batch - 1) * stride + rows * pitch, rows * pitch);
  }

  private void convolution(ShapeSpy.Convolution kind, int times) {
    Sizes it = kind.sizes();
    Conv2dShape s =
        new Conv2dShape(
            it.n(),
            it.ci(),
            it.h(),
            it.w(),
            it.co(),
            it.kh(),
            it.kw(),
            it.strideH(),
            it.strideW(),
            it.padH(),
            it.padW(),
            it.padH(),
            it.padW(),
            it.groups());
    line(
        times,
        kind.pass() + " " + s.sizes(),
        on -> {
          GpuF32 x = filled(on, it.n() * it.h() * it.w() * it.ci());
          GpuF32 y = filled(on, it.n() * it.ho() * it.wo() * it.co());
          GpuF32 weight = filled(on, it.co() * it.ci() / it.groups() * it.kh() * it.kw());
          Conv2dKernel kernel = Conv2dKernel.on(on, y);
          Runnable call =
              switch (kind.pass()) {
                case FORWARD -> () -> kernel.forward(s, y, x, weight, Conv2dAddends.NONE);
                case BACKWARD_DATA -> () -> kernel.backwardData(s, x, y, weight);
                case BACKWARD_WEIGHT -> () -> kernel.backwardWeight(s, weight, y, x);
              };
          return new Call(call, List.of(x, y, weight));
        });
  }

  private static GpuF32 filled(Gpu on, int length) {
    GpuF32 buffer = on.allocate(length);
    on.fill(buffer, 0.5f);
    return buffer;
  }

  private record Call(Runnable run, List<GpuF32> buffers) {}

  private interface Prepared {
    Call on(Gpu gpu);
  }

  private void line(int times, String shape, Prepared work) {
    boolean hasLibraries = gpu.blas() != null || gpu.dnn() != null;
    Timed library = hasLibraries ? time(gpu, work) : new Timed("-", "no library");
    Timed kernels = time(own, work);
    out.printf(
        "%5d  %-64s %12s %12s  %s%n",
        times, shape, library.milliseconds, kernels.milliseconds, library.algorithm);
    out.flush(); // what comes next may end the process
  }

  private record Timed(String milliseconds, String algorithm) {}

  private Timed time(Gpu on, Prepared prepared) {
    try {
      Call work = prepared.on(on);
      try {
        String algorithm = algorithm(work.run);
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < times; i++) {
          best = Math.min(best, on.driver().milliseconds(work.run));
        }
        return new Timed("%.4f".formatted(best), algorithm);
      } finally {
        work.buffers.forEach(on::free);
      }
    } catch (RuntimeException e) {
      return new Timed("failed", String.valueOf(e.getMessage()));
    }
  }

  /// What the kernels call the way they took.
  private static String algorithm(Runnable call) {
    Recorder recorder = new Recorder(Recorder.MOST_SLICES, RecordingListener.NONE);
    Recording.with(
        recorder,
        () -> {
          int slice = recorder.begin(Kind.OPERATION, "call");
          call.run();
          recorder.end(slice);
          return slice;
        });
    Work work = recorder.finish("", 1, List.of()).slices().getFirst().work();
    return work == null ? "" : work.algorithm();
  }
}
