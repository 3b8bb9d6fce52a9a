package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.strided.LoopNest;

/// The definition of [BinaryKernel].
final class BinaryReference implements BinaryKernel {
  @Override
  public void apply(Binary f, Buffer out, Buffer a, Buffer b, LoopNest nest) {
    for (int outer = 0; outer < nest.outerCount(); outer++) {
      int o = nest.start(0, outer);
      int i = nest.start(1, outer);
      int j = nest.start(2, outer);
      for (int s = 0; s < nest.innerSize(); s++) {
        double value =
            f.value(a.get(i + s * nest.innerStride(1)), b.get(j + s * nest.innerStride(2)));
        out.set(o + s * nest.innerStride(0), value);
      }
    }
  }
}
