package cadj.kernels.layernorm;

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

/// Launches of `layernorm.ptx`; gradients of weight and bias over many rows are summed in parts,
/// and those by [SumKernel].
final class LayerNormCuda implements LayerNormKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(LayerNormCuda.class, "layernorm.ptx").with(PtxTiles.SOURCE);

  private final Gpu gpu;

  LayerNormCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int rows,
      int width,
      float eps) {
    RowTeams teams = new RowTeams(rows, width);
    Buffer out = singles(y, rows * width);
    Buffer in = singles(x, rows * width);
    gpu.launch(SOURCE, "layernorm_forward")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(out)
        .out(singles(mean, rows))
        .out(singles(rstd, rows))
        .in(in)
        .in(singles(weight, width))
        .in(singles(bias, width))
        .i32(rows)
        .i32(width)
        .f32(eps)
        .i32(teams.logThreads())
        .i32(teams.vectors(out, in, weight, bias))
        .run();
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    Rows of =
        new Rows(
            singles(dy, rows * width),
            singles(mean, rows),
            singles(rstd, rows),
            singles(x, rows * width),
            singles(weight, width),
            rows,
            width);
    if (dx != null) {
      input(singles(dx, rows * width), of);
    }
    if (dweight != null || dbias != null) {
      parameters(
          dweight == null ? null : singles(dweight, width),
          dbias == null ? null : singles(dbias, width),
          of);
    }
  }

  /// What a backward pass reads.
  private record Rows(
      Buffer dy, Buffer mean, Buffer rstd, Buffer x, Buffer weight, int rows, int width) {}

  private void input(Buffer dx, Rows of) {
    RowTeams teams = new RowTeams(of.rows, of.width);
    gpu.launch(SOURCE, "layernorm_backward")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(dx)
        .in(of.dy)
        .in(of.mean)
        .in(of.rstd)
        .in(of.x)
        .in(of.weight)
        .i32(of.rows)
        .i32(of.width)
        .i32(teams.logThreads())
        .i32(teams.vectors(dx, of.dy, of.x, of.weight))
        .run();
  }

  private void parameters(@Nullable Buffer dweight, @Nullable Buffer dbias, Rows of) {
    ColumnTiles cut = ColumnTiles.of(1, of.rows, of.width);
    if (cut.parts() <= 1) {
      parameters(dweight, dbias, of, cut);
      return;
    }
    int sums = cut.parts() * of.width;
    GpuF32 scratch = gpu.allocate(2 * sums);
    try {
      GpuF32 dweights = scratch.slice(0, sums);
      GpuF32 dbiases = scratch.slice(sums, sums);
      parameters(dweight == null ? null : dweights, dbias == null ? null : dbiases, of, cut);
      SumKernel sum = SumKernel.on(gpu, scratch);
      if (dweight != null) {
        sum.sum(dweight, dweights, 1, cut.parts(), of.width);
      }
      if (dbias != null) {
        sum.sum(dbias, dbiases, 1, cut.parts(), of.width);
      }
    } finally {
      gpu.free(scratch);
    }
  }

  private void parameters(
      @Nullable Buffer dweight, @Nullable Buffer dbias, Rows of, ColumnTiles cut) {
    gpu.launch(SOURCE, "layernorm_backward_parameters")
        .grid(cut.blocks())
        .block(ColumnTiles.THREADS)
        .out(dweight)
        .out(dbias)
        .in(of.dy)
        .in(of.mean)
        .in(of.rstd)
        .in(of.x)
        .i32(of.rows)
        .i32(of.width)
        .i32(cut.part())
        .i32(cut.logWidth())
        .i32(cut.vectors(dweight, dbias, of.dy, of.x))
        .run();
  }
}
