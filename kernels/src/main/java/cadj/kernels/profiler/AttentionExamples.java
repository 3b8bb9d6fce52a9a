package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.device.GpuF32;
import java.util.List;

/// Attention forward, without a mask.
final class AttentionExamples {
  static final List<Example> ALL =
      List.of(
          sizes("attention")
              .launches(kernel("attention_forward", "softmax(q·kᵀ)·v, the scores never in memory"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 q = queries(in, s);
                    AttentionKernel.on(gpu, q)
                        .forward(
                            shape(s),
                            in.empty(s[0], s[2], s[1], s[4]),
                            in.empty(s[0], s[1], s[2]),
                            q,
                            keys(in, s),
                            keys(in, s));
                  }));

  private AttentionExamples() {}

  private static Example.Start sizes(String name) {
    return Example.of(
        name,
        size("n", 1),
        size("heads", 8),
        size("queries", 256),
        size("keys", 256),
        size("dim", 40));
  }

  private static AttentionShape shape(int[] s) {
    float scale = (float) (1 / Math.sqrt(s[4]));
    return new AttentionShape(s[0], s[1], s[2], s[3], s[4], scale, false);
  }

  private static GpuF32 queries(ExampleInputs in, int[] s) {
    return in.random(s[0], s[2], s[1], s[4]);
  }

  private static GpuF32 keys(ExampleInputs in, int[] s) {
    return in.random(s[0], s[3], s[1], s[4]);
  }
}
