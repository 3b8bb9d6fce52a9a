package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.gemm.GemmShape;
import java.util.List;

/// Matrix products (GEMM).
final class ProductExamples {
  static final List<Example> ALL =
      List.of(
          large("product")
              .launches(kernel("gemm_f32_128", "C = A·B by tiles of 128 × 128, single precision"))
              .by(ProductExamples::multiply),
          small("small product")
              .launches(
                  kernel("gemm_f32_64", "C = A·B by tiles of 64 × 64, single precision"),
                  kernel("gemm_sum", "C = sum of a long product's pieces, + β·C + bias"))
              .by(ProductExamples::multiply),
          large("product in TF32")
              .with(new Precision(MatmulPrecision.HIGH, false))
              .launches(
                  kernel(
                      "gemm_tf32_128",
                      "C = A·B on tensor cores, factors in TF32, tiles of 128 × 128"))
              .by(ProductExamples::multiply),
          small("small product in TF32")
              .with(new Precision(MatmulPrecision.HIGH, false))
              .launches(
                  kernel(
                      "gemm_tf32_64", "C = A·B on tensor cores, factors in TF32, tiles of 64 × 64"))
              .by(ProductExamples::multiply),
          large("product in F16")
              .with(new Precision(MatmulPrecision.MEDIUM, false))
              .launches(
                  kernel(
                      "gemm_f16_128",
                      "C = A·B on tensor cores, factors in F16, tiles of 128 × 128"))
              .by(ProductExamples::multiply),
          small("small product in F16")
              .with(new Precision(MatmulPrecision.MEDIUM, false))
              .launches(
                  kernel(
                      "gemm_f16_64", "C = A·B on tensor cores, factors in F16, tiles of 64 × 64"))
              .by(ProductExamples::multiply));

  private ProductExamples() {}

  private static Example.Start large(String name) {
    return Example.of(name, size("m", 1024), size("n", 2048), size("k", 64));
  }

  private static Example.Start small(String name) {
    return Example.of(name, size("m", 64), size("n", 128), size("k", 1024));
  }

  private static void multiply(ExampleInputs in, Gpu gpu, int[] s) {
    GpuF32 a = in.random(s[0], s[2]);
    GemmKernel.on(gpu, a)
        .multiply(
            GemmShape.of(false, false, s[0], s[1], s[2]),
            in.random(s[0], s[1]),
            a,
            in.random(s[2], s[1]),
            in.random(s[1]));
  }
}
