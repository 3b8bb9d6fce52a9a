package cadj.kernels.embedding;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;

final class EmbeddingReference implements EmbeddingKernel {
  @Override
  public void forward(Buffer y, Buffer weight, I64 ids, int width) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backward(Buffer dweight, Buffer dy, I64 ids, int width) {
    throw new IllegalStateException("to be written");
  }
}
