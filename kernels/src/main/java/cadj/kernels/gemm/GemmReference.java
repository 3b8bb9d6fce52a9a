package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.GemmShape;
import org.jspecify.annotations.Nullable;

/// The definition of [GemmKernel]: sums carried in double, in order of k.
final class GemmReference implements GemmKernel {
  @Override
  public void multiply(
      GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias, @Nullable Buffer residual) {
    for (int batch = 0; batch < s.batch(); batch++) {
      for (int i = 0; i < s.m(); i++) {
        for (int j = 0; j < s.n(); j++) {
          int at = batch * s.strideC() + i * s.ldc() + j;
          double sum = bias == null ? 0 : bias.get(j);
          if (residual != null) {
            sum += residual.get(at);
          }
          if (s.beta() != 0) {
            sum += s.beta() * c.get(at);
          }
          for (int p = 0; p < s.k(); p++) {
            int ai = batch * s.strideA() + (s.transA() ? p * s.lda() + i : i * s.lda() + p);
            int bi = batch * s.strideB() + (s.transB() ? j * s.ldb() + p : p * s.ldb() + j);
            sum += a.get(ai) * b.get(bi);
          }
          c.set(at, sum);
        }
      }
    }
  }
}
