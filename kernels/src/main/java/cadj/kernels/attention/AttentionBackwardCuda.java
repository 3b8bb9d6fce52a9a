package cadj.kernels.attention;

import static cadj.kernels.attention.AttentionCuda.perLog2;
import static java.lang.Math.ceilDiv;

import cadj.kernels.attention.BackwardTiles.Pass;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.record.Recording;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Backward, by [BackwardTiles].
final class AttentionBackwardCuda {
  private static final PtxSource DELTA =
      PtxSource.beside(AttentionBackwardCuda.class, "attention_delta.ptx");

  private static final int DELTA_THREADS = 128;

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
      gpu.launch(DELTA, "attention_delta")
          .grid(ceilDiv(rows, DELTA_ROWS))
          .block(DELTA_THREADS)
          .out(delta)
          .in(dout)
          .in(out)
          .i32(rows)
          .i32(shape.queries())
          .i32(shape.heads())
          .i32(shape.dim())
          .run();
      if (dq != null) {
        run(Pass.QUERIES, shape, shape.queries(), List.of(dq), dout, lse, delta, q, k, v);
      }
      if (dk != null || dv != null) {
        run(Pass.KEYS, shape, shape.keys(), Arrays.asList(dk, dv), dout, lse, delta, q, k, v);
      }
    } finally {
      gpu.free(delta);
    }
  }

  private void run(
      Pass pass,
      AttentionShape shape,
      int rows,
      List<@Nullable Buffer> gradients,
      Buffer dout,
      Buffer lse,
      Buffer delta,
      Buffer q,
      Buffer k,
      Buffer v) {
    BackwardTiles tiles = BackwardTiles.of(pass, gpu.factors(), shape.dim());
    Recording.algorithm(() -> tiles.factors().word() + ", tiles of " + tiles.rows());
    Launch launch =
        gpu.launch(tiles.source(), tiles.kernel(pass))
            .grid(
                shape.batch() * shape.heads() * ceilDiv(rows, tiles.rows()),
                ceilDiv(shape.dim(), tiles.columns()))
            .block(tiles.threads())
            .shared(tiles.sharedBytes());
    gradients.forEach(launch::out);
    launch
        .in(dout)
        .in(lse)
        .in(delta)
        .in(q)
        .in(k)
        .in(v)
        .i32(shape.queries())
        .i32(shape.keys())
        .i32(shape.heads())
        .i32(shape.dim())
        .f32(shape.scale())
        .f32(perLog2(shape.scale()))
        .i32(shape.causal() ? 1 : 0)
        .run();
  }
}
