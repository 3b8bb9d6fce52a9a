package cadj.kernels.attention;

import static cadj.kernels.attention.AttentionCuda.atOnce;
import static cadj.kernels.attention.AttentionCuda.perLog2;
import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.record.Recording;
import org.jspecify.annotations.Nullable;

/// Backward by tiles: `attention_backward.ptx`.
final class AttentionBackwardCuda {
  private static final PtxSource TILES =
      PtxSource.beside(AttentionCuda.class, "attention_backward.ptx")
          .with(PtxSource.beside(AttentionCuda.class, "attention_run.ptx"));

  private static final int BLOCK = 128;

  /// Queries, or keys, that a block keeps, and columns of the results that it computes.
  private static final int ROWS = 64;

  private static final int COLUMNS = 40;

  /// Rows of a block that finds δ.
  private static final int DELTA_ROWS = 16;

  private final Gpu gpu;

  AttentionBackwardCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  /// The gradients that are wanted, as [AttentionKernel#backward] says.
  void run(
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
      gpu.launch(TILES, "attention_delta")
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
            launch("attention_backward_queries", shape, shape.queries())
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
            launch("attention_backward_keys", shape, shape.keys())
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

  private Launch launch(String kernel, AttentionShape shape, int rows) {
    Recording.algorithm("tiles of " + ROWS);
    return gpu.launch(TILES, kernel)
        .grid(shape.batch() * shape.heads() * ceilDiv(rows, ROWS), ceilDiv(shape.dim(), COLUMNS))
        .block(BLOCK);
  }

  private static Launch sizes(Launch launch, AttentionShape shape) {
    return launch.i32(shape.queries()).i32(shape.keys()).i32(shape.heads()).i32(shape.dim());
  }
}
