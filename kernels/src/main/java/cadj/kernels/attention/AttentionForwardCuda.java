package cadj.kernels.attention;

import static cadj.kernels.attention.AttentionCuda.atOnce;
import static cadj.kernels.attention.AttentionCuda.perLog2;
import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.PtxSource;
import cadj.kernels.record.Recording;
import cadj.kernels.vectormath.PtxMath;

/// Forward by tiles: `attention_forward.ptx`.
final class AttentionForwardCuda {
  private static final PtxSource TILES =
      PtxSource.beside(AttentionCuda.class, "attention_forward.ptx")
          .with(PtxSource.beside(AttentionCuda.class, "attention_run.ptx"))
          .with(PtxMath.SOURCE);

  private static final int BLOCK = 128;

  /// Queries that a block keeps, and columns of the results that it computes.
  private static final int ROWS = 64;

  private static final int COLUMNS = 40;

  private final Gpu gpu;

  AttentionForwardCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  /// out and lse, as [AttentionKernel#forward] says.
  void run(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    Recording.algorithm("tiles of " + ROWS);
    gpu.launch(TILES, "attention_forward")
        .grid(
            shape.batch() * shape.heads() * ceilDiv(shape.queries(), ROWS),
            ceilDiv(shape.dim(), COLUMNS))
        .block(BLOCK)
        .out(out)
        .out(lse)
        .in(q)
        .in(k)
        .in(v)
        .i32(shape.queries())
        .i32(shape.keys())
        .i32(shape.heads())
        .i32(shape.dim())
        .f32(perLog2(shape.scale()))
        .i32(shape.causal() ? 1 : 0)
        .i32(atOnce(shape, q, k, v))
        .run();
  }
}
