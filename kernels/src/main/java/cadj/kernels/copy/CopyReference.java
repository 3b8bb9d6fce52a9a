package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.strided.Nest;

final class CopyReference implements CopyKernel {
  @Override
  public void copy(Buffer out, Buffer in, Nest nest) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void fill(Buffer out, float value) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void accumulate(Buffer out, Buffer in, float scale) {
    throw new IllegalStateException("to be written");
  }
}
