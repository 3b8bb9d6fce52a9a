package cadj.kernels.pool;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;

final class Pool2dReference implements Pool2dKernel {
  @Override
  public void average(Pool2dShape shape, Buffer y, Buffer x) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void averageBackward(Pool2dShape shape, Buffer dx, Buffer dy) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void max(Pool2dShape shape, Buffer y, I64 index, Buffer x) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void maxBackward(Pool2dShape shape, Buffer dx, Buffer dy, I64 index) {
    throw new IllegalStateException("to be written");
  }
}
