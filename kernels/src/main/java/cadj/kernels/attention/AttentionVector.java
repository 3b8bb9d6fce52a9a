package cadj.kernels.attention;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class AttentionVector implements AttentionKernel {
  private final Cpu cpu;

  AttentionVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    throw new IllegalStateException("to be written");
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
    throw new IllegalStateException("to be written");
  }
}
