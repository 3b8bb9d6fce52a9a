package cadj.kernels.attention;

import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.record.Recording;
import cadj.kernels.vectormath.PtxMath;
import org.jspecify.annotations.Nullable;

/// Attention by tiles: `attention_forward.ptx` and `attention_backward.ptx`.
final class AttentionCuda implements AttentionKernel {
  private static final PtxSource RUN = PtxSource.beside(AttentionCuda.class, "attention_run.ptx");
  private static final PtxSource FORWARD =
      PtxSource.beside(AttentionCuda.class, "attention_forward.ptx").with(RUN).with(PtxMath.SOURCE);
  private static final PtxSource BACKWARD =
      PtxSource.beside(AttentionCuda.class, "attention_backward.ptx").with(RUN);

  private static final int BLOCK = 128;

  /// Queries, or keys, that a block keeps, and columns of the results that it computes.
  private static final int ROWS = 64;

  private static final int COLUMNS = 40;

  /// Rows of a block that finds δ.
  private static final int DELTA_ROWS = 16;

  private final Gpu gpu;

  AttentionCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    Launch launch =
        launch(FORWARD, "attention_forward", shape, shape.queries())
            .out(out)
            .out(lse)
            .in(q)
            .in(k)
            .in(v);
    sizes(launch, shape)
        .f32(perLog2(shape.scale()))
        .i32(shape.causal() ? 1 : 0)
        .i32(atOnce(shape, q, k, v))
        .run();
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
    int rows = shape.batch() * shape.heads() * shape.queries();
    GpuF32 delta = gpu.allocate(rows);
    try {
      gpu.launch(BACKWARD, "attention_delta")
          .grid(ceilDiv(rows, DELTA_ROWS))
          .block(BLOCK)
          .out(delta)
          .in(dout)
          .in(out)
          .i32(rows)
          .i32(shape.queries())
          .i32(shape.heads())
          .i32(shape.dim())
          .run();
      int atOnce = atOnce(shape, q, k, v, dout);
      if (dq != null) {
        Launch queries =
            launch(BACKWARD, "attention_backward_queries", shape, shape.queries())
                .out(dq)
                .in(dout)
                .in(lse)
                .in(delta)
                .in(q)
                .in(k)
                .in(v);
        slopes(queries, shape, atOnce);
      }
      if (dk != null || dv != null) {
        Launch keys =
            launch(BACKWARD, "attention_backward_keys", shape, shape.keys())
                .out(dk)
                .out(dv)
                .in(dout)
                .in(lse)
                .in(delta)
                .in(q)
                .in(k)
                .in(v);
        slopes(keys, shape, atOnce);
      }
    } finally {
      gpu.free(delta);
    }
  }

  private static void slopes(Launch launch, AttentionShape shape, int atOnce) {
    sizes(launch, shape)
        .f32(shape.scale())
        .f32(perLog2(shape.scale()))
        .i32(shape.causal() ? 1 : 0)
        .i32(atOnce)
        .run();
  }

  private Launch launch(PtxSource source, String kernel, AttentionShape shape, int rows) {
    Recording.algorithm("tiles of " + ROWS);
    return gpu.launch(source, kernel)
        .grid(shape.batch() * shape.heads() * ceilDiv(rows, ROWS), ceilDiv(shape.dim(), COLUMNS))
        .block(BLOCK);
  }

  private static Launch sizes(Launch launch, AttentionShape shape) {
    return launch.i32(shape.queries()).i32(shape.keys()).i32(shape.heads()).i32(shape.dim());
  }

  /// Scores in units of log 2, whose powers are powers of two.
  private static float perLog2(float scale) {
    return (float) (scale / Math.log(2));
  }

  /// How many dims must follow for 4 to be read at once: 4, or, if heads are not aligned to that,
  /// more than there ever are. Buffers on the host are copied to an aligned place.
  private static int atOnce(AttentionShape shape, Buffer... operands) {
    boolean aligned = shape.dim() % 4 == 0;
    for (Buffer operand : operands) {
      aligned &= !(operand instanceof GpuF32 it) || it.address() % 16 == 0;
    }
    return aligned ? 4 : Integer.MAX_VALUE;
  }
}
