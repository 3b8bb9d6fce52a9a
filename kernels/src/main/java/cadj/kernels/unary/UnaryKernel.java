package cadj.kernels.unary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Functions of one element: y[i] = f(x[i]) over whole buffers of equal length; y may be x itself.
public sealed interface UnaryKernel permits UnaryReference, UnaryVector, UnaryCuda {
  void forward(Unary f, Buffer y, Buffer x);

  /// dx = dy·f′(x); overwrites dx, which may be dy itself.
  void backward(Unary f, Buffer dx, Buffer dy, Buffer x);

  /// y = a·x + b
  void affine(Buffer y, Buffer x, float a, float b);

  /// y = min(max(x, low), high); NaN stays.
  void clamp(Buffer y, Buffer x, float low, float high);

  /// dx = dy where low ≤ x ≤ high, else 0, as PyTorch has it.
  void clampBackward(Buffer dx, Buffer dy, Buffer x, float low, float high);

  /// The twin for `device` and the element type of `like`.
  static UnaryKernel on(Device device, Buffer like) {
    return device.twin(like, UnaryVector::new, UnaryCuda::new, UnaryReference::new);
  }
}
