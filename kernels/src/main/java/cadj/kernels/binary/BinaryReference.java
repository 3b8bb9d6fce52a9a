package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.strided.Nest;

final class BinaryReference implements BinaryKernel {
  @Override
  public void apply(Binary f, Buffer out, Buffer a, Buffer b, Nest nest) {
    throw new IllegalStateException("to be written");
  }
}
