package cadj.kernels.attention;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.record.Recording;
import org.jspecify.annotations.Nullable;

/// Attention by blocks: [FlashForward] and [FlashBackward].
final class AttentionVector implements AttentionKernel {
  private static final String BLOCKS = "blocks of keys";

  private final Cpu cpu;

  AttentionVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    Recording.algorithm(BLOCKS);
    new FlashForward(shape, F32.of(out), F32.of(lse), F32.of(q), F32.of(k), F32.of(v)).run(cpu);
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
    Recording.algorithm(BLOCKS);
    new FlashBackward(
            shape,
            dq == null ? null : F32.of(dq),
            dk == null ? null : F32.of(dk),
            dv == null ? null : F32.of(dv),
            F32.of(dout),
            F32.of(out),
            F32.of(lse),
            F32.of(q),
            F32.of(k),
            F32.of(v))
        .run(cpu);
  }
}
