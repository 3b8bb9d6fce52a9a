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

/// Attention backward, without a mask, by the kernels for each size of a head.
final class AttentionBackwardExamples {
  /// Sizes of a head that have kernels in single precision, and with rounded factors.
  private static final List<Integer> SINGLE = List.of(40, 64, 80, 128, 160, 256, 512);

  private static final List<Integer> ROUNDED = List.of(40, 64, 80, 128, 160, 512);

  static final List<Example> ALL = all();

  private static List<Example> all() {
    List<Example> all = new ArrayList<>();
    for (int dim : SINGLE) {
      all.add(single(dim));
    }
    for (int dim : ROUNDED) {
      all.add(of(dim, MatmulPrecision.HIGH));
      all.add(of(dim, MatmulPrecision.MEDIUM));
    }
    return List.copyOf(all);
  }

  private AttentionBackwardExamples() {}

  private static Example single(int dim) {
    List<Example.Launched> kernels = new ArrayList<>();
    if (dim == SINGLE.getFirst()) {
      kernels.add(kernel("attention_delta", "Σ dout·out of each query"));
    }
    String what = ", heads of up to %d".formatted(dim);
    kernels.add(kernel("attention_backward_queries_f32_" + dim, "dq" + what));
    if (dim < SINGLE.getLast()) { // of which each half takes a block of the size before
      kernels.add(kernel("attention_backward_keys_f32_" + dim, "dk and dv" + what));
    }
    return Example.of(
            dim == SINGLE.getFirst() ? "attention backward" : "attention backward " + dim,
            size("n", 1),
            size("heads", dim > 80 ? 1 : 4),
            size("queries", 128),
            size("keys", 128))
        .launches(kernels.toArray(Example.Launched[]::new))
        .by((in, gpu, s) -> backward(in, gpu, s, dim));
  }

  private static Example of(int dim, MatmulPrecision precision) {
    String factors = precision.factors().word();
    String what = ", heads of %d, factors in %s".formatted(dim, factors.toUpperCase(Locale.ROOT));
    return Example.of(
            "attention backward %s %d".formatted(factors, dim),
            size("n", 1),
            size("heads", 1),
            size("queries", 128),
            size("keys", 128))
        .with(new Precision(precision, false))
        .launches(
            kernel("attention_backward_queries_%s_%d".formatted(factors, dim), "dq" + what),
            kernel("attention_backward_keys_%s_%d".formatted(factors, dim), "dk and dv" + what))
        .by((in, gpu, s) -> backward(in, gpu, s, dim));
  }

  private static void backward(ExampleInputs in, Gpu gpu, int[] s, int dim) {
    float scale = (float) (1 / Math.sqrt(dim));
    AttentionShape shape = new AttentionShape(s[0], s[1], s[2], s[3], dim, scale, false);
    GpuF32 q = queries(in, s, dim);
    AttentionKernel.on(gpu, q)
        .backward(
            shape,
            in.empty(s[0], s[2], s[1], dim),
            in.empty(s[0], s[3], s[1], dim),
            in.empty(s[0], s[3], s[1], dim),
            queries(in, s, dim),
            queries(in, s, dim),
            in.between(5, 6, s[0], s[1], s[2]),
            q,
            in.random(s[0], s[3], s[1], dim),
            in.random(s[0], s[3], s[1], dim));
  }

  private static GpuF32 queries(ExampleInputs in, int[] s, int dim) {
    return in.random(s[0], s[2], s[1], dim);
  }
}
