package cadj.kernels.nll;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;

/// The definition of [NllKernel].
final class NllReference implements NllKernel {
  @Override
  public void forward(Buffer loss, Buffer logp, I64 targets, int rows, int width) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum -= logp.get(r * width + (int) targets.get(r));
    }
    loss.set(0, sum / rows);
  }

  @Override
  public void backward(Buffer dlogp, Buffer dloss, I64 targets, int rows, int width) {
    for (int i = 0; i < rows * width; i++) {
      dlogp.set(i, 0);
    }
    for (int r = 0; r < rows; r++) {
      dlogp.set(r * width + (int) targets.get(r), -dloss.get(0) / rows);
    }
  }
}
