package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.device.DType;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.profiler.Example.Launched;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Matrix products (GEMM).
final class ProductExamples {
  private static final List<DType> STORED = List.of(DType.F32, DType.F16, DType.BF16);

  static final List<Example> ALL =
      List.of(
          large("product")
              .launches(kernel("gemm_f32_128", "C = A·B by tiles of 128 × 128, single precision"))
              .by((in, gpu, s) -> multiply(in, gpu, s, false, false, DType.F32)),
          small("small product")
              .launches(
                  kernel("gemm_f32_64", "C = A·B by tiles of 64 × 64, single precision"),
                  kernel("gemm_sum", "C = sum of a product's pieces, + β·C + bias + residual"))
              .by((in, gpu, s) -> multiply(in, gpu, s, false, false, DType.F32)),
          large("product with weights in half precision")
              .launches(
                  kernel("gemm_f32_128_f16", "C = A·B, tiles of 128 × 128, B stored in F16"),
                  kernel("gemm_f32_128_bf16", "C = A·B, tiles of 128 × 128, B stored in BF16"))
              .by(ProductExamples::byHalves),
          small("small product with weights in half precision")
              .launches(
                  kernel("gemm_f32_64_f16", "C = A·B, tiles of 64 × 64, B stored in F16"),
                  kernel("gemm_f32_64_bf16", "C = A·B, tiles of 64 × 64, B stored in BF16"))
              .by(ProductExamples::byHalves),
          onTensorCores("TF32", 128),
          onTensorCores("TF32", 64),
          onTensorCores("BF16", 128),
          onTensorCores("BF16", 64),
          withCopiesAhead("TF32", 128),
          withCopiesAhead("TF32", 64),
          withCopiesAhead("BF16", 128),
          withCopiesAhead("BF16", 64));

  private ProductExamples() {}

  private static Example.Start large(String name) {
    return Example.of(name, size("m", 1024), size("n", 2048), size("k", 64));
  }

  private static Example.Start small(String name) {
    return Example.of(name, size("m", 64), size("n", 128), size("k", 1024));
  }

  private static Precision precision(String factors) {
    return new Precision(
        factors.equals("TF32") ? MatmulPrecision.HIGH : MatmulPrecision.MEDIUM, false);
  }

  /// Aᵀ·Bᵀ, which copies ahead are not made for.
  private static Example onTensorCores(String factors, int tile) {
    String word = factors.toLowerCase(Locale.ROOT);
    return (tile == 128 ? large("product in " + factors) : small("small product in " + factors))
        .with(precision(factors))
        .launches(
            kernel(
                "gemm_%s_%d".formatted(word, tile),
                "C = A·B on tensor cores, %s, tiles of %d × %d".formatted(factors, tile, tile)))
        .by((in, gpu, s) -> multiply(in, gpu, s, true, true, DType.F32));
  }

  /// All layouts, and B in all precisions: a layer (A·Bᵀ), its input's gradient (A·B) and its
  /// weights' (Aᵀ·B).
  private static Example withCopiesAhead(String factors, int tile) {
    String name = "product in %s, copies ahead".formatted(factors);
    List<Launched> kernels = new ArrayList<>();
    for (DType stored : STORED) {
      for (String layout : layouts(stored)) {
        String kernel = "gemm_async_%s_%d_%s".formatted(factors, tile, layout);
        kernels.add(
            kernel(
                (stored == DType.F32 ? kernel : kernel + "_" + stored).toLowerCase(Locale.ROOT),
                "C = %s, %s, tiles of %d, copies ahead%s"
                    .formatted(
                        layout.equals("nt") ? "A·Bᵀ" : layout.equals("nn") ? "A·B" : "Aᵀ·B",
                        factors,
                        tile,
                        stored == DType.F32 ? "" : ", B in " + stored)));
      }
    }
    Example.Start start =
        tile == 128
            ? Example.of(name, size("m", 1024), size("n", 2048), size("k", 32))
            : Example.of("small " + name, size("m", 64), size("n", 128), size("k", 128));
    return start
        .with(precision(factors))
        .launches(kernels.toArray(Launched[]::new))
        .by(
            (in, gpu, s) -> {
              for (DType stored : STORED) {
                for (String layout : layouts(stored)) {
                  multiply(in, gpu, s, layout.startsWith("t"), layout.endsWith("t"), stored);
                }
              }
            });
  }

  private static List<String> layouts(DType stored) {
    return stored == DType.F32 ? List.of("nt", "nn", "tn") : List.of("nt", "nn");
  }

  private static void byHalves(ExampleInputs in, Gpu gpu, int[] s) {
    multiply(in, gpu, s, false, false, DType.F16);
    multiply(in, gpu, s, false, false, DType.BF16);
  }

  private static void multiply(
      ExampleInputs in, Gpu gpu, int[] s, boolean transA, boolean transB, DType stored) {
    GpuF32 a = in.random(s[0], s[2]);
    GemmKernel.on(gpu, a)
        .multiply(
            GemmShape.of(transA, transB, s[0], s[1], s[2]),
            in.random(s[0], s[1]),
            a,
            stored == DType.F32 ? in.random(s[2], s[1]) : in.halves(stored, s[2], s[1]),
            in.random(s[1]),
            in.random(s[0], s[1]));
  }
}
