package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.device.Gpu;
import cadj.kernels.device.Launch;
import cadj.kernels.roofline.GpuRoofline;
import java.util.List;

/// The kernels by which a GPU's limits are measured.
final class RooflineExamples {
  private static final Example.Size BLOCKS = size("blocks", 4);

  static final List<Example> ALL =
      List.of(
          Example.of("roofline, arithmetic", BLOCKS, size("rounds", 256))
              .launches(kernel("roofline_fma", "multiplies and adds in registers, in eight chains"))
              .by(
                  (in, gpu, s) ->
                      launch(gpu, "roofline_fma", s[0]).out(in.empty(threads(s))).i32(s[1]).run()),
          Example.of("roofline, reading", BLOCKS, size("quads", 1 << 14))
              .launches(kernel("roofline_sum", "each thread's sum of what it reads of an array"))
              .by(
                  (in, gpu, s) ->
                      launch(gpu, "roofline_sum", s[0])
                          .out(in.empty(threads(s)))
                          .in(in.random(4, s[1]))
                          .i32(s[1])
                          .run()),
          Example.of("roofline, triad", BLOCKS, size("quads", 1 << 14))
              .launches(kernel("roofline_triad", "a = b + 0.5·c on arrays"))
              .by(
                  (in, gpu, s) ->
                      launch(gpu, "roofline_triad", s[0])
                          .out(in.empty(4, s[1]))
                          .in(in.random(4, s[1]))
                          .in(in.random(4, s[1]))
                          .i32(s[1])
                          .run()));

  private RooflineExamples() {}

  private static int threads(int[] sizes) {
    return sizes[0] * GpuRoofline.THREADS;
  }

  private static Launch launch(Gpu gpu, String kernel, int blocks) {
    return gpu.launch(GpuRoofline.SOURCE, kernel).grid(blocks).block(GpuRoofline.THREADS);
  }
}
