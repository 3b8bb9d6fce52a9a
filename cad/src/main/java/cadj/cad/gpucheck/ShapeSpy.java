package cadj.cad.gpucheck;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes the places of cuBLAS and cuDNN, computes nothing, and notes what each is asked for.
final class ShapeSpy implements Blas, Dnn {
  /// Passes of a convolution.
  enum Pass {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHT
  }

  /// One kind of convolution.
  record Convolution(Pass pass, Sizes sizes) {}

  private final Map<GemmShape, Integer> products = new LinkedHashMap<>();
  private final Map<Convolution, Integer> convolutions = new LinkedHashMap<>();

  /// Products and how often each was asked for.
  Map<GemmShape, Integer> products() {
    return products;
  }

  Map<Convolution, Integer> convolutions() {
    return convolutions;
  }

  @Override
  public Done gemm(
      GemmShape s,
      GpuF32 c,
      GpuF32 a,
      GpuF32 b,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      MatmulPrecision precision) {
    products.merge(s.withBeta(0), 1, Integer::sum);
    return Done.ALL;
  }

  @Override
  public Done forward(
      Sizes sizes,
      GpuF32 y,
      GpuF32 x,
      GpuF32 weight,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      boolean tf32) {
    note(Pass.FORWARD, sizes);
    return Done.ALL;
  }

  @Override
  public boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
    note(Pass.BACKWARD_DATA, sizes);
    return true;
  }

  @Override
  public boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
    note(Pass.BACKWARD_WEIGHT, sizes);
    return true;
  }

  private void note(Pass pass, Sizes sizes) {
    convolutions.merge(new Convolution(pass, sizes), 1, Integer::sum);
  }

  @Override
  public void close() {}
}
