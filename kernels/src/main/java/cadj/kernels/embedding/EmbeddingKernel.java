package cadj.kernels.embedding;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.I64;

/// Rows of a table by id (`torch.nn.functional.embedding`): y[i] = weight[ids[i]].
///
/// weight [entries,width], ids [count] → y [count,width]. Ids are checked by the caller.
public sealed interface EmbeddingKernel permits EmbeddingReference, EmbeddingVector, EmbeddingCuda {
  void forward(Buffer y, Buffer weight, I64 ids, int width);

  /// dweight = Σ of dy's rows by id, repeated ids added in order; overwrites dweight
  /// [entries,width].
  void backward(Buffer dweight, Buffer dy, I64 ids, int width);

  /// The twin for `device` and the element type of `like`.
  static EmbeddingKernel on(Device device, Buffer like) {
    return device.twin(like, EmbeddingVector::new, EmbeddingCuda::new, EmbeddingReference::new);
  }
}
