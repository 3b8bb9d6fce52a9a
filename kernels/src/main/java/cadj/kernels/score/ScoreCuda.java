package cadj.kernels.score;

import static cadj.kernels.device.Launch.aligned;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;
import cadj.kernels.gemm.GemmKernel;
import org.jspecify.annotations.Nullable;

/// `score.ptx`, always in full single precision.
final class ScoreCuda implements ScoreKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(ScoreCuda.class, "score.ptx")
          .with(PtxSource.beside(GemmKernel.class, "gemm_run.ptx"));

  /// Edge of a block's tile of S.
  private static final int TILE = 64;

  private static final int THREADS = 128;
  private static final int TOTAL_THREADS = 256;

  private final Gpu gpu;

  ScoreCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void accumulate(
      ScoreShape s,
      Buffer score,
      @Nullable Buffer carry,
      @Nullable Buffer totals,
      @Nullable Buffer weight,
      Buffer dy,
      Buffer x) {
    int blocks = Math.multiplyExact(Math.ceilDiv(s.out(), TILE), Math.ceilDiv(s.in(), TILE));
    if (totals == null) {
      accumulate(s, blocks, score, carry, null, weight, dy, x);
      return;
    }
    GpuF32 parts = gpu.allocate(Math.multiplyExact(2, blocks));
    try {
      accumulate(s, blocks, score, carry, parts, weight, dy, x);
      gpu.launch(SOURCE, "score_totals")
          .grid(1)
          .block(TOTAL_THREADS)
          .out(totals)
          .in(parts)
          .i32(blocks)
          .run();
    } finally {
      gpu.free(parts);
    }
  }

  private void accumulate(
      ScoreShape s,
      int blocks,
      Buffer score,
      @Nullable Buffer carry,
      @Nullable GpuF32 parts,
      @Nullable Buffer weight,
      Buffer dy,
      Buffer x) {
    boolean alignedScores =
        aligned(score)
            && (carry == null || aligned(carry))
            && (weight == null || aligned(weight))
            && s.in() % 4 == 0;
    int flags =
        (aligned(dy) && s.out() % 4 == 0 ? 1 : 0)
            | (aligned(x) && s.in() % 4 == 0 ? 2 : 0)
            | (alignedScores ? 4 : 0);
    gpu.launch(SOURCE, "score_accumulate")
        .grid(blocks)
        .block(THREADS)
        .inOut(score)
        .inOut(carry)
        .out(parts)
        .in(weight)
        .in(dy)
        .in(x)
        .i32(s.rows())
        .i32(s.out())
        .i32(s.in())
        .i32(flags)
        .run();
  }
}
