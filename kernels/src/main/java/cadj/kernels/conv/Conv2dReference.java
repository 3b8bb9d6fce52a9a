package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

final class Conv2dReference implements Conv2dKernel {
  @Override
  public void forward(Conv2dShape shape, Buffer y, Buffer x, Buffer weight, @Nullable Buffer bias) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backwardData(Conv2dShape shape, Buffer dx, Buffer dy, Buffer weight) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backwardWeight(Conv2dShape shape, Buffer dweight, Buffer dy, Buffer x) {
    throw new IllegalStateException("to be written");
  }
}
