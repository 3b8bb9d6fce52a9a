package cadj.kernels.attention;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention, per head (`torch.nn.functional.scaled_dot_product_attention`):
///
/// ```
/// score = scale · q kᵀ           −∞ where a causal mask hides the key
/// out   = softmax(score) v
/// lse   = log Σ exp(score)       kept for the backward pass
/// ```
///
/// q, out [B,Nq,heads,dim], k, v [B,Nk,heads,dim]: token-major, as a linear layer leaves them, so
/// heads need no permute. lse [B,heads,Nq], natural logarithms. Causal: query i sees keys 0 … i (Nq
/// = Nk).
public sealed interface AttentionKernel permits AttentionReference, AttentionVector, AttentionCuda {
  void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v);

  /// Overwrites dq, dk, dv, each shaped like its value; null for one that is not wanted. Recomputes
  /// the scores from q, k and lse.
  void backward(
      AttentionShape shape,
      @Nullable Buffer dq,
      @Nullable Buffer dk,
      @Nullable Buffer dv,
      Buffer dout,
      Buffer out,
      Buffer lse,
      Buffer q,
      Buffer k,
      Buffer v);

  /// The twin for `device` and the element type of `like`.
  static AttentionKernel on(Device device, Buffer like) {
    return device.twin(like, AttentionVector::new, AttentionCuda::new, AttentionReference::new);
  }
}
