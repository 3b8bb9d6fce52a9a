package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.record.Recording;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Products by the kernels of this room: C in tiles, k whole or in pieces.
final class TiledGemm {
  private static final int SUM_THREADS = 256;

  private final Gpu gpu;
  private final Function<GemmShape, GemmTiling> tiling;

  TiledGemm(Gpu gpu, Function<GemmShape, GemmTiling> tiling) {
    this.gpu = gpu;
    this.tiling = tiling;
  }

  /// Whether a kernel reads B as it is.
  boolean takes(GemmShape s, Buffer a, GpuHalf b) {
    return GemmEntry.of(s, gpu.factors(), tiling.apply(s).tile(), a, b) != null;
  }

  /// @param b of single precision, or one that it [#takes]
  void multiply(
      GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias, @Nullable Buffer residual) {
    GemmTiling tiles = tiling.apply(s);
    Recording.algorithm(tiles::words);
    if (tiles.pieces() == 1) {
      product(s, tiles, c, a, b, bias, residual);
      return;
    }
    int size = s.m() * s.n();
    GpuF32 parts = gpu.allocate(Math.multiplyExact(s.batch() * tiles.pieces(), size));
    try {
      GemmShape toParts =
          new GemmShape(
              s.transA(),
              s.transB(),
              s.m(),
              s.n(),
              s.k(),
              s.lda(),
              s.ldb(),
              s.n(),
              s.batch(),
              s.strideA(),
              s.strideB(),
              size,
              0f);
      product(toParts, tiles, parts, a, b, null, null);
      sum(s, c, parts, tiles.pieces(), bias, residual);
    } finally {
      gpu.free(parts);
    }
  }

  private void product(
      GemmShape s,
      GemmTiling tiles,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    GemmEntry entry = GemmEntry.of(s, gpu.factors(), tiles.tile(), a, b);
    if (entry == null) {
      throw new IllegalArgumentException("gemm: no kernel reads B in %s here".formatted(b.dtype()));
    }
    boolean wholeC =
        GemmEntry.inVectors(c, s.ldc(), s.strideC())
            && (residual == null || GemmEntry.inVectors(residual, s.ldc(), s.strideC()));
    int flags =
        bit(0, !s.transA())
            | bit(1, s.transB())
            | bit(2, GemmEntry.inVectors(a, s.lda(), s.strideA()))
            | bit(3, GemmEntry.inVectors(b, s.ldb(), s.strideB()))
            | bit(4, wholeC);
    gpu.launch(entry.source(), entry.kernel())
        .grid(tiles.blocks(s))
        .block(tiles.threads())
        .inOut(c)
        .in(a)
        .in(b)
        .in(bias)
        .in(residual)
        .i32(s.m())
        .i32(s.n())
        .i32(s.k())
        .i32(s.lda())
        .i32(s.ldb())
        .i32(s.ldc())
        .i32(s.strideA())
        .i32(s.strideB())
        .i32(s.strideC())
        .f32(s.beta())
        .i32(flags)
        .i32(tiles.pieces())
        .i32(tiles.depth())
        .run();
  }

  private static int bit(int place, boolean set) {
    return set ? 1 << place : 0;
  }

  /// C ← Σ parts + β·C + bias + residual
  ///
  /// @param parts `pieces` dense [m,n] matrices for each of the batch, or null if there are none
  void sum(
      GemmShape s,
      Buffer c,
      @Nullable GpuF32 parts,
      int pieces,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    gpu.launch(GemmEntry.SUM.source(), GemmEntry.SUM.kernel())
        .grid(Math.ceilDiv(s.batch() * s.m() * s.n(), SUM_THREADS))
        .block(SUM_THREADS)
        .inOut(c)
        .in(parts)
        .in(bias)
        .in(residual)
        .i32(s.m())
        .i32(s.n())
        .i32(s.ldc())
        .i32(s.strideC())
        .i32(s.batch())
        .f32(s.beta())
        .i32(pieces)
        .run();
  }
}
