package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;
import cadj.kernels.strided.LoopNest;
import java.util.Objects;

/// The definition of [CopyKernel].
final class CopyReference implements CopyKernel {
  @Override
  public void copy(Buffer out, Buffer in, LoopNest nest) {
    for (int outer = 0; outer < nest.outerCount(); outer++) {
      int o = nest.start(0, outer);
      int i = nest.start(1, outer);
      for (int s = 0; s < nest.innerSize(); s++) {
        copyElement(out, o + s * nest.innerStride(0), in, i + s * nest.innerStride(1));
      }
    }
  }

  /// Through double, but for whole numbers, which may be too large for it.
  private static void copyElement(Buffer out, int o, Buffer in, int i) {
    if (out instanceof I64 target && in instanceof I64 source) {
      long value = source.array()[source.offset() + Objects.checkIndex(i, source.length())];
      target.array()[target.offset() + Objects.checkIndex(o, target.length())] = value;
    } else {
      out.set(o, in.get(i));
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
}
