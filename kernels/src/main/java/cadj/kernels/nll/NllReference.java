package cadj.kernels.nll;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;

final class NllReference implements NllKernel {
  @Override
  public void forward(Buffer loss, Buffer logp, I64 targets, int rows, int width) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backward(Buffer dlogp, Buffer dloss, I64 targets, int rows, int width) {
    throw new IllegalStateException("to be written");
  }
}
