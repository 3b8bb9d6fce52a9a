package cadj.kernels.embedding;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;

/// The definition of [EmbeddingKernel].
final class EmbeddingReference implements EmbeddingKernel {
  @Override
  public void forward(Buffer y, Buffer weight, I64 ids, int width) {
    for (int i = 0; i < ids.length(); i++) {
      int row = (int) ids.get(i);
      for (int c = 0; c < width; c++) {
        y.set(i * width + c, weight.get(row * width + c));
      }
    }
  }

  @Override
  public void backward(Buffer dweight, Buffer dy, I64 ids, int width) {
    for (int i = 0; i < dweight.length(); i++) {
      dweight.set(i, 0);
    }
    for (int i = 0; i < ids.length(); i++) {
      int row = (int) ids.get(i);
      for (int c = 0; c < width; c++) {
        int at = row * width + c;
        dweight.set(at, dweight.get(at) + dy.get(i * width + c));
      }
    }
  }
}
