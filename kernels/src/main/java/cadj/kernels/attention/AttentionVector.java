package cadj.kernels.attention;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class AttentionVector implements AttentionKernel {
  private final AttentionKernel reference = new AttentionReference();

  AttentionVector(Cpu cpu) {}

  @Override
  public void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    reference.forward(shape, out, lse, q, k, v);
  }

  @Override
  public void backward(
      AttentionShape shape,
      Buffer dq,
      Buffer dk,
      Buffer dv,
      Buffer dout,
      Buffer out,
      Buffer lse,
      Buffer q,
      Buffer k,
      Buffer v) {
    reference.backward(shape, dq, dk, dv, dout, out, lse, q, k, v);
  }
}
