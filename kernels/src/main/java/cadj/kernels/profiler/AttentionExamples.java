package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Attention forward, without a mask.
final class AttentionExamples {
  static final List<Example> ALL = ofAllColumns();

  private AttentionExamples() {}

  /// Forward, for each size of a head that a kernel is made for, in each precision.
  private static List<Example> ofAllColumns() {
    List<Example> all = new ArrayList<>();
    for (int dim : new int[] {40, 64, 80, 128, 160, 512}) {
      for (MatmulPrecision matmul : MatmulPrecision.values()) {
        String factors = matmul.factors().word();
        String rounded =
            matmul == MatmulPrecision.HIGHEST ? "" : ", " + factors.toUpperCase(Locale.ROOT);
        all.add(
            sizes("attention of %d dims%s".formatted(dim, rounded), dim == 40 ? 256 : 128, dim)
                .with(new Precision(matmul, false))
                .launches(
                    kernel(
                        "attention_forward_%s_%d".formatted(factors, dim),
                        "softmax(q·kᵀ)·v, heads of up to %d dims%s".formatted(dim, rounded)))
                .by(AttentionExamples::forward));
      }
    }
    return all;
  }

  private static void forward(ExampleInputs in, Gpu gpu, int[] s) {
    GpuF32 q = queries(in, s);
    AttentionKernel.on(gpu, q)
        .forward(
            shape(s),
            in.empty(s[0], s[2], s[1], s[4]),
            in.empty(s[0], s[1], s[2]),
            q,
            keys(in, s),
            keys(in, s));
  }

  private static Example.Start sizes(String name, int tokens, int dim) {
    return Example.of(
        name,
        size("n", 1),
        size("heads", tokens / 32),
        size("queries", tokens),
        size("keys", tokens),
        size("dim", dim));
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
