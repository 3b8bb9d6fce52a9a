package cadj.kernels.attention;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import org.jspecify.annotations.Nullable;

/// On a GPU: [AttentionForwardCuda] and [AttentionBackwardCuda].
final class AttentionCuda implements AttentionKernel {
  private final AttentionForwardCuda forward;
  private final AttentionBackwardCuda backward;

  AttentionCuda(Gpu gpu) {
    forward = new AttentionForwardCuda(gpu);
    backward = new AttentionBackwardCuda(gpu);
  }

  @Override
  public void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    forward.run(shape, out, lse, q, k, v);
  }

  @Override
  public void backward(
      AttentionShape shape,
      @Nullable Buffer dq,
      @Nullable Buffer dk,
      @Nullable Buffer dv,
      Buffer dout,
      Buffer out,
      Buffer lse,
      Buffer q,
      Buffer k,
      Buffer v) {
    backward.run(shape, dq, dk, dv, dout, out, lse, q, k, v);
  }

  /// Scores in units of log 2, whose powers are powers of two.
  static float perLog2(float scale) {
    return (float) (scale / Math.log(2));
  }

  /// How many dims must follow for 4 to be read at once: 4, or, if heads are not aligned to that,
  /// more than there ever are. Buffers on the host are copied to an aligned place.
  static int atOnce(AttentionShape shape, Buffer... operands) {
    return aligned(shape, operands) ? 4 : Integer.MAX_VALUE;
  }

  /// Whether every run of 4 dims of a head begins at a multiple of 16 bytes.
  static boolean aligned(AttentionShape shape, Buffer... operands) {
    boolean aligned = shape.dim() % 4 == 0;
    for (Buffer operand : operands) {
      aligned &= !(operand instanceof GpuF32 it) || it.address() % 16 == 0;
    }
    return aligned;
  }
}
