package cadj.kernels.rmsnorm;

import static cadj.kernels.device.Buffer.singles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;
import cadj.kernels.sum.SumKernel;
import cadj.kernels.tiles.ColumnTiles;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.tiles.RowTeams;
import org.jspecify.annotations.Nullable;

/// Launches of `rmsnorm.ptx`; gradients of the weight over many rows are summed in parts, and those
/// by [SumKernel].
final class RmsNormCuda implements RmsNormKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(RmsNormCuda.class, "rmsnorm.ptx").with(PtxTiles.SOURCE);

  private final Gpu gpu;

  RmsNormCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(
      Buffer y, Buffer rstd, Buffer x, Buffer weight, int rows, int width, float eps) {
    RowTeams teams = new RowTeams(rows, width);
    Buffer out = singles(y, rows * width);
    Buffer in = singles(x, rows * width);
    gpu.launch(SOURCE, "rmsnorm_forward")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(out)
        .out(singles(rstd, rows))
        .in(in)
        .in(singles(weight, width))
        .i32(rows)
        .i32(width)
        .f32(eps)
        .i32(teams.logThreads())
        .i32(teams.vectors(out, in, weight))
        .run();
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      Buffer dy,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    Rows of =
        new Rows(
            singles(dy, rows * width),
            singles(rstd, rows),
            singles(x, rows * width),
            singles(weight, width),
            rows,
            width);
    if (dx != null) {
      input(singles(dx, rows * width), of);
    }
    if (dweight != null) {
      weight(singles(dweight, width), of);
    }
  }

  /// What a backward pass reads.
  private record Rows(Buffer dy, Buffer rstd, Buffer x, Buffer weight, int rows, int width) {}

  private void input(Buffer dx, Rows of) {
    RowTeams teams = new RowTeams(of.rows, of.width);
    gpu.launch(SOURCE, "rmsnorm_backward")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(dx)
        .in(of.dy)
        .in(of.rstd)
        .in(of.x)
        .in(of.weight)
        .i32(of.rows)
        .i32(of.width)
        .i32(teams.logThreads())
        .i32(teams.vectors(dx, of.dy, of.x, of.weight))
        .run();
  }

  private void weight(Buffer dweight, Rows of) {
    ColumnTiles cut = ColumnTiles.of(1, of.rows, of.width);
    if (cut.parts() <= 1) {
      weight(dweight, of, cut);
      return;
    }
    GpuF32 sums = gpu.allocate(cut.parts() * of.width);
    try {
      weight(sums, of, cut);
      SumKernel.on(gpu, sums).sum(dweight, sums, 1, cut.parts(), of.width);
    } finally {
      gpu.free(sums);
    }
  }

  private void weight(Buffer dweight, Rows of, ColumnTiles cut) {
    gpu.launch(SOURCE, "rmsnorm_backward_weight")
        .grid(cut.blocks())
        .block(ColumnTiles.THREADS)
        .out(dweight)
        .in(of.dy)
        .in(of.rstd)
        .in(of.x)
        .i32(of.rows)
        .i32(of.width)
        .i32(cut.part())
        .i32(cut.logWidth())
        .i32(cut.vectors(dweight, of.dy, of.x))
        .run();
  }
}
