package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.strided.Nest;

/// The definition of [CopyKernel].
final class CopyReference implements CopyKernel {
  @Override
  public void copy(Buffer out, Buffer in, Nest nest) {
    for (int outer = 0; outer < nest.outerCount(); outer++) {
      int o = nest.start(0, outer);
      int i = nest.start(1, outer);
      for (int s = 0; s < nest.innerSize(); s++) {
        out.set(o + s * nest.innerStride(0), in.get(i + s * nest.innerStride(1)));
      }
    }
  }

  @Override
  public void fill(Buffer out, float value) {
    for (int i = 0; i < out.length(); i++) {
      out.set(i, value);
    }
  }

  @Override
  public void accumulate(Buffer out, Buffer in, float scale) {
    for (int i = 0; i < out.length(); i++) {
      out.set(i, out.get(i) + scale * in.get(i));
    }
  }

  @Override
  public void accumulateCompensated(Buffer out, Buffer carry, Buffer in) {
    for (int i = 0; i < out.length(); i++) {
      double before = out.get(i);
      double addend = in.get(i) - carry.get(i);
      out.set(i, before + addend);
      carry.set(i, out.get(i) - before - addend);
    }
  }
}
