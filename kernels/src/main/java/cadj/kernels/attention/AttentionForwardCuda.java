package cadj.kernels.attention;

import static cadj.kernels.attention.AttentionCuda.aligned;
import static cadj.kernels.attention.AttentionCuda.perLog2;
import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.record.Recording;

/// Forward, by [ForwardTiles].
final class AttentionForwardCuda {
  private final Gpu gpu;

  AttentionForwardCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  /// out and lse, as [AttentionKernel#forward] says.
  void run(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    ForwardTiles tiles = ForwardTiles.of(gpu.factors(), shape.dim());
    Recording.algorithm(() -> tiles.factors().word() + ", tiles of " + tiles.rows());
    gpu.launch(tiles.source(), tiles.kernel())
        .grid(
            shape.batch() * shape.heads() * ceilDiv(shape.queries(), tiles.rows()),
            ceilDiv(shape.dim(), tiles.columns()))
        .block(tiles.threads())
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
        .i32((aligned(shape, q, k, v) ? 1 : 0) | (aligned(shape, out) ? 2 : 0))
        .run();
  }
}
