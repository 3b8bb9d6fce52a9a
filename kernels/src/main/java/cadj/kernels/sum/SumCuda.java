package cadj.kernels.sum;

import static cadj.kernels.device.Buffer.singles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.ColumnTiles;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.tiles.RowTeams;
import cadj.kernels.vectormath.PtxMath;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Launches of `sum.ptx`: one, or, where sums are long, one for their parts and more to add those.
final class SumCuda implements SumKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(SumCuda.class, "sum.ptx").with(PtxTiles.SOURCE).with(PtxMath.SOURCE);

  /// Elements of a part of a row.
  private static final int PART = 1 << 13;

  private final Gpu gpu;

  SumCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void sum(Buffer out, Buffer x, int outer, int n, int inner) {
    Buffer y = singles(out, outer * inner);
    Buffer in = singles(x, outer * n * inner);
    if (inner == 1) {
      sumRows(y, in, null, outer, n);
    } else {
      sumColumns(y, in, null, ColumnTiles.stacked(outer, n, inner));
    }
  }

  private void sumRows(Buffer y, Buffer x, @Nullable Buffer xLow, int rows, int n) {
    int parts = Math.max(1, Math.ceilDiv(n, PART));
    if (parts == 1) {
      rows(y, null, x, xLow, rows, n, parts);
    } else {
      inParts(
          rows * parts,
          (high, low) -> {
            rows(high, low, x, xLow, rows, n, parts);
            sumRows(y, high, low, rows, parts);
          });
    }
  }

  private void rows(
      Buffer y,
      @Nullable Buffer yLow,
      Buffer x,
      @Nullable Buffer xLow,
      int rows,
      int n,
      int parts) {
    RowTeams teams = new RowTeams(rows * parts, parts == 1 ? n : PART);
    gpu.launch(SOURCE, "sum_rows")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(y)
        .out(yLow)
        .in(x)
        .in(xLow)
        .i32(n)
        .i32(teams.rows())
        .i32(parts)
        .i32(teams.width())
        .i32(teams.logThreads())
        .i32((rows == 1 || n % 4 == 0) && Launch.aligned(x) ? 1 : 0)
        .run();
  }

  private void sumColumns(Buffer y, Buffer x, @Nullable Buffer xLow, ColumnTiles cut) {
    if (cut.parts() <= 1) {
      columns(y, null, x, xLow, cut);
    } else {
      inParts(
          cut.images() * cut.parts() * cut.columns(),
          (high, low) -> {
            columns(high, low, x, xLow, cut);
            sumColumns(y, high, low, ColumnTiles.stacked(cut.images(), cut.parts(), cut.columns()));
          });
    }
  }

  private void columns(
      Buffer y, @Nullable Buffer yLow, Buffer x, @Nullable Buffer xLow, ColumnTiles cut) {
    gpu.launch(SOURCE, "sum_columns")
        .grid(cut.blocks())
        .block(ColumnTiles.THREADS)
        .out(y)
        .out(yLow)
        .in(x)
        .in(xLow)
        .i32(cut.images())
        .i32(cut.rows())
        .i32(cut.columns())
        .i32(Math.max(1, cut.parts()))
        .i32(cut.part())
        .i32(cut.logWidth())
        .i32(cut.logLanes())
        .i32(cut.vectors(y, yLow, x))
        .run();
  }

  /// Lends memory for the sums of parts.
  private void inParts(int sums, BiConsumer<GpuF32, GpuF32> body) {
    GpuF32 scratch = gpu.allocate(2 * sums);
    try {
      body.accept(scratch.slice(0, sums), scratch.slice(sums, sums));
    } finally {
      gpu.free(scratch);
    }
  }
}
