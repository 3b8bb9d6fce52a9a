package cadj.kernels.sum;

import cadj.kernels.device.Buffer;

/// The definition of [SumKernel].
final class SumReference implements SumKernel {
  @Override
  public void sum(Buffer out, Buffer x, int outer, int n, int inner) {
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum += x.get((o * n + k) * inner + i);
        }
        out.set(o * inner + i, sum);
      }
    }
  }
}
